import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { type Answer, recorderIo } from '../../test/helpers/recorder-io.ts';
import type { PackageFacts } from '../packages/apt.ts';
import type { Library } from '../packages/library.ts';
import { getBusybox } from './busybox.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'busybox-'));
  const specs = path.join(dir, 'musl/usr/lib/x86_64-linux-musl/musl-gcc.specs');
  mkdirSync(path.dirname(specs), { recursive: true });
  writeFileSync(specs, '');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Packages of musl and of busybox; nothing else may be opened, above all no other busybox. */
const library = (): Library => ({
  architecture: 'amd64',
  facts: (name): PackageFacts => ({ name, version: '1:1.35', architecture: 'amd64', depends: [], downloadBytes: 0 }),
  dependsOf: () => [],
  async open(name) {
    expect(name).toMatch(/^(musl-dev|linux-libc-dev)$/);
    return { name, root: absPath(path.join(dir, 'musl')), files: new Map(), newestSeconds: 0 };
  },
  prefetch: async () => {},
  opened: () => [],
});

/** Builds with a kconfig that loses the options of `drops`, and a compiler that answers `compiles`. */
async function build(compiles: Answer, drops = 'none') {
  const { io } = recorderIo({
    answer({ argv, cwd = '/' }) {
      const config = path.join(cwd, '.config');
      if (argv.includes('source')) writeFileSync(path.join(cwd, 'busybox.dsc'), '');
      if (argv[0] === 'dpkg-source') mkdirSync(path.join(cwd, 'source'), { recursive: true });
      if (argv[1] === 'allnoconfig') writeFileSync(config, '');
      if (argv[1] === 'oldconfig')
        writeFileSync(config, readFileSync(config, 'utf8').replaceAll(new RegExp(`CONFIG_(${drops})=y\n`, 'g'), ''));
      return argv.at(-1) === 'busybox' && argv[0] === 'make' ? compiles : {};
    },
  });
  const context = { io, signal: new AbortController().signal, say: () => {} };
  return getBusybox(context, library(), absPath(path.join(dir, 'cache')));
}

it('stops if busybox does not compile, and shows what the compiler says', async () => {
  await expect(build({ code: 2, stderr: 'ls.c:1: error: expected ;' })).rejects.toThrow(
    'Compiling busybox: make exited 2\n    ls.c:1: error: expected ;',
  );
});
it('stops if kconfig loses an applet, and names its line', async () => {
  await expect(build({}, 'FLOCK')).rejects.toThrow(
    /^kconfig does not take CONFIG_FLOCK=y \(busybox-config\/\w+\.config line \d+\)$/,
  );
});
