import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemimager } from '../assets/boel.ts';
import { unpackClient } from '../assets/client.ts';
import { minimalTree } from '../assets/minimal.ts';
import { compareTrees } from '../compare/compare.ts';
import { listTree } from '../compare/list-on-host.ts';
import { run } from './harness/processes.ts';
import { type RowContext, row } from './harness/row.ts';

const releases = { bullseye: 11, bookworm: 12, trixie: 13 } as const;
type Release = keyof typeof releases;
const port = '18740';
const nameOf = (release: Release) => `a minimal Debian ${releases[release]}`;

/** The tree as a machine's root, in a mount namespace that lasts as long as what is started in it. */
const asRoot = `set -e
mount --bind "$1" "$1"
for dir in proc sys dev; do mount --rbind "/$dir" "$1/$dir"; done
tree=$1
shift
exec chroot "$tree" "$@"`;

async function capture(test: RowContext, release: Release): Promise<void> {
  const [tree, root] = [path.join(test.scratch, release), path.join(test.scratch, `server-${release}`)];
  await run(['cp', '-a', '--', await minimalTree(release), tree], { limitMs: 120_000 });
  await unpackClient(path.join(tree, 'opt'));
  // It has no disk of this machine, which may not let itself be read either.
  const { stdout: devices } = await run(['lsblk', '-dnpo', 'NAME']);
  const disks = devices.split('\n').filter((name) => name !== '' && !/^\/dev\/(zram|loop|ram|sr|fd)/.test(name));
  const words = [
    '--server',
    '127.0.0.1',
    '--port',
    port,
    '--force',
    ...disks.flatMap((one) => ['--exclude-disk', one]),
  ];
  const prepareclient = ['/opt/systemimager-client/prepareclient', ...words];
  const enter = ['unshare', '--mount', '--', 'sh', '-c', asRoot, 'sh', tree] as const;
  const { stdout } = await run([...enter, ...prepareclient], { limitMs: 120_000 });
  test.defer(async () => {
    const pid = await readFile(path.join(tree, 'run/systemimager/rsyncd.pid'), 'utf8').catch(() => undefined);
    if (pid !== undefined) await run(['kill', pid.trim()]);
  });
  const password = /^Password: (\w+)$/m.exec(stdout)?.[1] ?? '';
  // rsync takes times of the same second for equal (rsync(1), --modify-window), and a copy is quick here.
  await setTimeout(1000);
  const getimage = ['getimage', '-golden-client', '127.0.0.1', '-port', port, '-image', 'small_v1', '--yes'];
  await run(['env', `SYSTEMIMAGER_PASSWORD=${password}`, ...systemimager('--root', root, ...getimage)], {
    limitMs: 300_000,
  });
  const image = path.join(root, 'var/lib/systemimager/images/small_v1');
  const left = ['dev/**', 'proc/**', 'sys/**', 'run/**'];
  const { differences } = compareTrees(await listTree(tree), await listTree(image), left);
  if (differences.length > 0) throw new Error(`the image is another tree:\n${differences.slice(0, 30).join('\n')}`);
  await rm(root, { recursive: true });
}

export default row({
  name: 'client: its executable captures minimal Debians as they are, without Node, rsync or sfdisk',
  covers: ['client/', 'builder/client.ts', 'builder/client-tools.ts', 'builder/sea/', 'cli/client.ts'],
  seconds: 60,
  async run(test) {
    for (const release of Object.keys(releases) as Release[])
      await test.case(nameOf(release), () => capture(test, release));
  },
  cases: (Object.keys(releases) as Release[]).map(nameOf),
});
