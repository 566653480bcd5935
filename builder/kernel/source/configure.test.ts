import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../../common/system/place.ts';
import { parseFragments } from '../../kconfig.ts';
import { configure, driverOptions, lsmodOf } from './configure.ts';

let dir: string;
const config = () => path.join(dir, '.config');
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'configure-'));
  writeFileSync(
    path.join(dir, 'Kconfig'),
    'config E1000\n\ttristate "a card"\n\tdepends on PCI\nconfig CRC\n\ttristate\n',
  );
});
afterEach(() => rmSync(dir, { recursive: true }));

const debian = 'CONFIG_PCI=y\nCONFIG_SOUND=m\nCONFIG_E1000=m\nCONFIG_CRC=m\nCONFIG_MODULES=y\n';
const inputs = {
  debian,
  modules: ['e1000'],
  wishes: parseFragments([{ name: 'x.config', text: '# CONFIG_MODULES is not set\n' }]),
};

/** make, as scripts/kconfig/ of Linux would answer; `drops` is what olddefconfig loses. */
const make =
  (drops: string) =>
  async (...targets: string[]) => {
    const text = readFileSync(config(), 'utf8');
    if (targets.includes('localyesconfig')) writeFileSync(config(), text.replaceAll(/(E1000|CRC)=m/g, '$1=y'));
    else if (drops) writeFileSync(config(), text.replaceAll(new RegExp(`CONFIG_(${drops})=y\n`, 'g'), ''));
  };

it("takes Debian's configuration, with BOEL's drivers built in, the other modules out, and the wished lines", async () => {
  await configure(absPath(dir), make(''), inputs);
  expect(readFileSync(config(), 'utf8')).toBe(
    'CONFIG_PCI=y\nCONFIG_E1000=y\nCONFIG_CRC=y\n\n# CONFIG_MODULES is not set\n',
  );
  expect(readFileSync(path.join(dir, 'boel-modules'), 'utf8')).toBe(lsmodOf(['e1000']));
});
it('refuses to lose a driver, and tells what it depends on', async () => {
  await expect(configure(absPath(dir), make('E1000|PCI'), inputs)).rejects.toThrow(
    'kconfig does not take CONFIG_E1000=y (a driver of kernel-config/*.modules; needs PCI)',
  );
});
it('lets go what only other options choose', async () => {
  await configure(absPath(dir), make('CRC'), inputs);
  expect(driverOptions(debian, readFileSync(config(), 'utf8'))).toEqual(['E1000']);
});
it("knows the options of all architectures and of this one, and not another's", async () => {
  for (const [at, name] of Object.entries({ arch: 'KPROBES', 'arch/x86': 'SGX', 'arch/arm': 'THUMB' })) {
    mkdirSync(path.join(dir, at), { recursive: true });
    writeFileSync(path.join(dir, at, 'Kconfig'), `config ${name}\n\tbool "x"\n`);
  }
  const text = ['KPROBES', 'SGX', 'THUMB'].map((name) => `# CONFIG_${name} is not set\n`).join('');
  const wishes = parseFragments([{ name: 'x.config', text }]);
  expect(await configure(absPath(dir), make(''), { ...inputs, wishes })).toEqual(['CONFIG_THUMB (x.config line 3)']);
});
it('refuses an option that Linux does not have, but only names one that is to be off', async () => {
  const wish = (text: string) =>
    configure(absPath(dir), make('GONE'), { ...inputs, wishes: parseFragments([{ name: 'x.config', text }]) });
  await expect(wish('CONFIG_GONE=y\n')).rejects.toThrow(
    'kconfig does not take CONFIG_GONE=y (x.config line 1; this source has no such option)',
  );
  expect(await wish('# CONFIG_CRC is not set\n# CONFIG_GONE is not set\n')).toEqual(['CONFIG_GONE (x.config line 2)']);
});
