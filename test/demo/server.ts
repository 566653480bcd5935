import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { cacheFile } from '../assets/cache.ts';
import { goldenTree } from '../assets/golden.ts';
import { run } from '../boot/harness/processes.ts';
import { imagesMode } from '../../server/config/paths.ts';
import { macOf } from '../boot/harness/vm.ts';
import { type Wire, wireInterface, wireNetwork } from '../boot/harness/wire.ts';
import type { Stopwatch } from './stopwatch.ts';

export const image = 'demo_v1';

/** Where it runs, where not here, and what its environment holds besides. */
type Where = { wire?: Wire; env?: Record<string, string> };

/** Runs a command of this checkout, and shows what it prints. */
export async function systemimager(
  top: string,
  root: string,
  words: string[],
  onLine: (line: string) => void,
  { wire, env }: Where = {},
): Promise<void> {
  const argv: Argv = [path.join(top, 'bin', 'systemimager'), '--root', root, ...words];
  const command = { argv: wire ? wire.enter(argv) : argv, env: { SYSTEMIMAGER_CACHE: cacheFile(''), ...env } };
  const exit = await realIo.run(command, { onLine });
  if (exit.code !== 0) throw new Error(`systemimager ${words.join(' ')} failed\n${exit.stderr.slice(-3000)}`);
}

export const shown = (watch: Stopwatch, who: string) => (line: string) => watch.say(who, line);

/** The kernel and the initrd of BOEL, below `root`. */
export async function buildBoel(top: string, root: string, watch: Stopwatch): Promise<void> {
  await mkdir(root, { recursive: true });
  await watch.part('BOEL', 'build the kernel and the initrd that every machine boots', () =>
    systemimager(top, root, ['build', 'boot'], shown(watch, 'BOEL')),
  );
}

/** The golden client's files as a directory. */
export const makeTree = (watch: Stopwatch): Promise<string> =>
  watch.part('golden client', 'make a small Debian: kernel, grub, sshd, users, odd files', () => goldenTree());

/** BOEL, the golden tree as image demo_v1 and its script, below `root`. */
export async function prepareServer(top: string, root: string, watch: Stopwatch): Promise<void> {
  await buildBoel(top, root, watch);
  const tree = await makeTree(watch);
  await watch.part('image', `put its files on the image server as ${image}`, () => putImage(tree, root));
  const make = ['mkautoinstallscript', '-image', image, '-ip-assignment', 'dhcp', '-post-install', 'reboot', '--force'];
  await watch.part('script', 'write the master script', () => systemimager(top, root, make, shown(watch, 'script')));
}

/** The hosts demo1 and demo2, which install the image. */
export async function defineHosts(top: string, root: string, watch: Stopwatch): Promise<void> {
  const macs = path.join(root, 'macs');
  writeFileSync(macs, `demo1 ${macOf(1)}\ndemo2 ${macOf(2)}\n`);
  const { base } = wireNetwork;
  const add = ['addclients', '-client', 'demo', '-host-range', '1-2', '-domainname', 'example.org', '-image', image];
  await watch.part('hosts', 'define the hosts demo1 and demo2', () =>
    systemimager(top, root, [...add, '-ip-range', `${base}11-${base}12`, '--mac-file', macs], shown(watch, 'hosts')),
  );
  // What an earlier demo installed would boot its own disk now; these disks are blank.
  rmSync(path.join(root, 'var/lib/systemimager/netboot.json'), { force: true });
}

/** Copies the tree, once for each golden tree. */
async function putImage(tree: string, root: string): Promise<void> {
  const target = path.join(root, 'var/lib/systemimager/images', image);
  const mark = path.join(root, `${image}.from`);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === tree) return;
  rmSync(mark, { force: true });
  await mkdir(path.dirname(target), { recursive: true, mode: imagesMode });
  await mkdir(target, { recursive: true });
  await run(['rsync', '-aHAXS', '--numeric-ids', '--delete', `${tree}/`, `${target}/`], { limitMs: 600_000 });
  writeFileSync(mark, tree);
}

/** Starts `systemimager serve` with DHCP and PXE inside the wire. */
export async function startServer(top: string, root: string, logs: string, wire: Wire): Promise<void> {
  await mkdir(logs, { recursive: true });
  const config = path.join(root, 'etc/systemimager/server.toml');
  await mkdir(path.dirname(config), { recursive: true });
  const { base } = wireNetwork;
  writeFileSync(config, `networks = ["${base}0/24"]\n\n[dhcp]\nrange = "${base}100-${base}200"\n`);
  const logFile = path.join(logs, 'serve.log');
  rmSync(logFile, { force: true });
  const argv = [
    path.join(top, 'bin', 'systemimager'),
    '--root',
    root,
    'serve',
    '--dhcp',
    '--interface',
    wireInterface,
  ] as const;
  const child = await wire.start(argv, { logFile: absPath(logFile) });
  const answers = async () => {
    const probe = wire.enter(['curl', '-fsS', '-o', '/dev/null', `http://${wireNetwork.server}:8181/`]);
    return (await realIo.run({ argv: probe, limitMs: 5000 })).code === 0;
  };
  const ended = child.exit.then(() => true);
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answers()) return;
    if (await Promise.race([ended, realIo.sleep(200).then(() => false)])) break;
  }
  throw new Error(`systemimager serve did not start:\n${existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''}`);
}
