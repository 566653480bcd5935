import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemimager } from '../assets/boel.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { run, start } from './harness/processes.ts';
import { type RowContext, row } from './harness/row.ts';

/** An image with just enough in it for a shell: programs of this machine, and their libraries. */
async function smallImage(root: string): Promise<string> {
  const tree = path.join(root, 'var/lib/systemimager/images/web_v1');
  for (const folder of ['dev', 'proc', 'sys', 'run', 'etc', 'bin', 'usr/sbin'])
    await mkdir(path.join(tree, folder), { recursive: true });
  for (const program of ['sh', 'sleep', 'cat', 'ls', 'setsid']) {
    const file = (await run(['which', program])).stdout.trim();
    const { stdout } = await run(['ldd', file]);
    const libraries = [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map(([, library = '']) => library);
    for (const library of libraries) await cp(library, path.join(tree, library), { dereference: true });
    await cp(file, path.join(tree, 'bin', program), { dereference: true });
  }
  await symlink('../run/systemd/resolve/stub-resolv.conf', path.join(tree, 'etc/resolv.conf'));
  return tree;
}

const chroot = (root: string, ...words: string[]) => systemimager('--root', root, 'chroot', 'web_v1', '--', ...words);

/** What the tree holds, with every time and inode; the folder that a file was lent in has a new time. */
const listing = async (tree: string) =>
  (await run(['find', tree, '-not', '-path', `${tree}/usr/sbin`, '-printf', '%p %y %m %s %T@ %i %l\n'])).stdout;

function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [is, wanted] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== wanted) throw new Error(`${what}: ${is}, expected ${wanted}`);
}

async function work(test: RowContext): Promise<void> {
  const root = path.join(test.scratch, 'root');
  const tree = await smallImage(root);
  const before = await listing(tree);
  const inside = 'cat /etc/resolv.conf; ls /proc/self/root/dev/null /usr/sbin; setsid sleep 300 & exit 7';
  const exit = await realIo.run({ argv: chroot(root, 'sh', '-c', inside) });
  expectEqual('the exit code is the command’s', exit.code, 7);
  const resolv = await readFile('/etc/resolv.conf', 'utf8');
  expectEqual('what it saw', exit.stdout, `${resolv}/proc/self/root/dev/null\n\n/usr/sbin:\npolicy-rc.d\n`);
  if (!exit.stderr.includes('left running in the image, and ended: 1'))
    throw new Error(`the program left running is not named:\n${exit.stderr}`);
  expectEqual('the tree is as it was', await listing(tree), before);

  const busy = await start({ argv: chroot(root, 'sh', '-c', 'echo > /run/began; sleep 300') });
  while (!(await realIo.lstat(absPath(path.join(tree, 'usr/sbin/policy-rc.d'))))) await delay(100);
  await delay(1000);
  expectEqual('nobody else sees its /proc', await realIo.list(absPath(path.join(tree, 'proc'))), []);
  const second = await realIo.run({ argv: systemimager('--root', root, 'rmimage', 'web_v1') });
  if (!second.stderr.includes('another command is at work on web_v1')) throw new Error(second.stderr);
  await busy.stop();
  expectEqual('the tree is as it was after TERM', await listing(tree), before);

  const killed = await start({ argv: chroot(root, 'sleep', '300') });
  await delay(2000);
  killed.kill('SIGKILL');
  await killed.exit;
  await delay(1000);
  await run(chroot(root, 'cat', '/etc/resolv.conf'));
  expectEqual('what a killed one left is gone', await listing(tree), before);
}

export default row({
  name: 'chroot: a command works in an image, nobody else sees it, and nothing of it stays',
  covers: ['server/chroot/', 'install/chroot/', 'common/system/'],
  seconds: 25,
  run: work,
});
