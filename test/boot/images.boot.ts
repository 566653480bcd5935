import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { goldenDaemon } from '../../common/model/golden-files.ts';
import { apply } from '../../common/system/apply.ts';
import type { Step } from '../../common/system/step.ts';
import { realIo } from '../../common/system/real-io.ts';
import { systemimager } from '../assets/boel.ts';
import { goldenTree } from '../assets/golden.ts';
import { compareTrees } from '../compare/compare.ts';
import { listTree } from '../compare/list-on-host.ts';
import { run, start } from './harness/processes.ts';
import { type RowContext, row } from './harness/row.ts';

/** A tar has no sockets; the folder of each is another one by its time only where one was added. */
const leftOut = ['srv/odd/socket', 'run/**'];

/** What prepareclient's daemon shows, without a password; gives its port. */
async function rsyncDaemon(test: RowContext, tree: string): Promise<string> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  const conf = path.join(test.scratch, 'rsyncd.conf');
  const modules = `[${goldenDaemon.rootModule}]\npath = ${tree}\n[${goldenDaemon.doneModule}]\npath = ${test.scratch}\n`;
  await writeFile(conf, `address = 127.0.0.1\nport = ${port}\nuse chroot = no\nuid = 0\ngid = 0\n${modules}`);
  const daemon = await start({ argv: ['rsync', '--daemon', '--no-detach', `--config=${conf}`] });
  test.defer(() => daemon.stop());
  const ready: Step = {
    why: 'The daemon listens',
    kind: 'wait',
    for: { kind: 'tcp', host: '127.0.0.1', port },
    limitMs: 20_000,
    hint: 'rsync did not start',
  };
  await apply([ready], realIo);
  return String(port);
}

/** A machine needs none: all of it is programs on this one. */
export default row({
  name: 'images: what is known of one, told by verify and diff, and packed into a file and back',
  covers: ['server/images/', 'server/getimage/', 'server/commands/', 'common/system/'],
  seconds: 130,
  async run(test) {
    const root = path.join(test.scratch, 'root');
    const images = path.join(root, 'var/lib/systemimager/images');
    const manifest = path.join(root, 'var/lib/systemimager/manifests/web_v1.manifest');
    const web = path.join(images, 'web_v1');
    const file = path.join(test.scratch, 'web.tar.zst');
    await mkdir(images, { recursive: true });
    await run(['cp', '-a', '--', await goldenTree(), web]);

    /** Runs a command and gives what it says; an exit code other than the expected one is an error. */
    const says = async (code: number, ...words: string[]) => {
      const exit = await realIo.run({ argv: systemimager('--root', root, ...words) });
      if (exit.code === code) return exit.stdout + exit.stderr;
      throw new Error(`${words.join(' ')} exited ${exit.code}, not ${code}\n${exit.stdout}${exit.stderr}`);
    };
    const expectSaid = (text: string, ...lines: string[]) => {
      for (const line of lines) if (!text.includes(line)) throw new Error(`it does not say ${line}:\n${text}`);
    };
    const expectSame = async (image: string) => {
      const [before, after] = [await listTree(web), await listTree(path.join(images, image))];
      const { differences } = compareTrees(before, after, leftOut);
      if (differences.length > 0) throw new Error(`${image} is another tree:\n${differences.slice(0, 30).join('\n')}`);
    };

    /** A copy of the golden tree with a daemon that shows it, and the words that capture it. */
    const goldenClient = async (image: string) => {
      const golden = path.join(test.scratch, `golden-${image}`);
      await run(['cp', '-a', '--', await goldenTree(), golden]);
      const port = await rsyncDaemon(test, golden);
      const getimage = [
        'getimage',
        '-golden-client',
        '127.0.0.1',
        '--port',
        port,
        '-image',
        image,
        '--yes',
        '--update',
      ];
      return { golden, getimage };
    };
    const expectCaptured = async (golden: string, image: string) => {
      const pseudo = ['dev', 'proc', 'run', 'sys', 'boot/efi'].map((dir) => `${dir}/**`);
      const [before, after] = [await listTree(golden), await listTree(path.join(images, image))];
      const { differences } = compareTrees(before, after, pseudo);
      if (differences.length > 0) throw new Error(`${image} is another tree:\n${differences.join('\n')}`);
    };

    await test.case('verify tells edits from rot', async () => {
      expectSaid(await says(2, 'verify', 'web_v1'), 'has no manifest');
      await says(0, 'verify', 'web_v1', '--refresh');
      await says(0, 'verify', 'web_v1');
      await appendFile(path.join(web, 'etc/hosts'), '10.9.9.9 edited\n');
      // Nothing but a failing disk changes a file without its times, so the manifest tells of another content here.
      const text = await readFile(manifest, 'latin1');
      const line = text.split('\n').find((one) => one.endsWith('\tetc/passwd')) ?? '';
      await writeFile(manifest, text.replace(line, line.replace(/[0-9a-f]{64}/, '0'.repeat(64))), 'latin1');
      const said = ['edited   /etc/hosts: size, time, content', 'rotten   /etc/passwd: content'];
      expectSaid(await says(3, 'verify', 'web_v1'), ...said);
      await says(3, 'verify', 'web_v1', '--refresh');
      await writeFile(
        manifest,
        (await readFile(manifest, 'latin1')).replace(/^.*\tetc\/passwd\n/m, `${line}\n`),
        'latin1',
      );
      await says(0, 'verify', 'web_v1');
    });

    await test.case('an image is packed, GNU tar reads that, and it becomes the same again', async () => {
      expectSaid(await says(0, 'export', 'web_v1', file), 'left out: /srv/odd/socket');
      const [list, other] = [path.join(test.scratch, 'list'), path.join(test.scratch, 'unpacked')];
      await run(['tar', '-tf', file], { stdoutFile: `/${list.slice(1)}` });
      expectSaid(
        await readFile(list, 'latin1'),
        'web_v1.systemimager/manifest\n',
        'web_v1/srv/odd/latin-1 \\351\\377\n',
      );
      await mkdir(other);
      await run(['tar', '-xpf', file, '-C', other, '--xattrs', '--xattrs-include=*', '--numeric-owner']);
      const { differences } = compareTrees(await listTree(web), await listTree(path.join(other, 'web_v1')), leftOut);
      if (differences.length > 0) throw new Error(`tar unpacks another tree:\n${differences.join('\n')}`);
      await says(0, 'import', file, '-image', 'web_v2');
      await expectSame('web_v2');
      await says(0, 'verify', 'web_v2');
      expectSaid(await says(1, 'diff', 'web_v1', 'web_v2'), '- /srv/odd/socket', ': 1 removed', 'the same');
    });

    await test.case('a tar of GNU tar becomes an image', async () => {
      const tar = path.join(test.scratch, 'gnu.tar');
      await run(['tar', '--xattrs', '--acls', '--numeric-owner', '-S', '-C', web, '-cf', tar, '.']);
      await says(0, 'import', tar, '-image', 'gnu_v1');
      await expectSame('gnu_v1');
    });

    await test.case('a second capture reads only what came anew, and its manifest is true', async () => {
      const { golden, getimage } = await goldenClient('shop_v1');
      expectSaid(await says(0, ...getimage), 'Write down what shop_v1 holds');
      await says(0, 'verify', 'shop_v1');
      await appendFile(path.join(golden, 'etc/hosts'), '10.9.9.9 new\n');
      expectSaid(await says(0, ...getimage), 'of 1 files read', 'known from before');
      await says(0, 'verify', 'shop_v1');
      await expectCaptured(golden, 'shop_v1');
      await says(0, 'rmimage', 'shop_v1');
    });

    await test.case('a version of hard links is sealed, and edited on its own', async () => {
      const { golden, getimage } = await goldenClient('hard_v1');
      await says(0, ...getimage);
      const [first, second] = [path.join(images, 'hard_v1'), path.join(images, 'hard_v2')];
      const before = await listTree(first);
      const expectFirst = async () => {
        const { differences } = compareTrees(before, await listTree(first), []);
        if (differences.length > 0) throw new Error(`the first version changed:\n${differences.join('\n')}`);
        await says(0, 'verify', 'hard_v1');
      };
      await appendFile(path.join(golden, 'etc/hosts'), '10.9.9.9 new\n');
      // Only its mode: rsync would set it in place.
      await chmod(path.join(golden, 'etc/issue'), 0o600);
      // What an attempt leaves that was cut off.
      await run(['cp', '-al', '--', first, path.join(images, '.hard_v2.new')]);
      await says(0, ...getimage, '-image', 'hard_v2', '--share', 'hardlink');
      await expectCaptured(golden, 'hard_v2');
      await expectFirst();
      await says(0, 'verify', 'hard_v2');
      expectSaid(await says(0, 'lsimage', '-verbose'), 'shares files with another version');
      const sizes = (await run(['du', '-sk', '--', first, second])).stdout.matchAll(/^\d+/gm);
      const [whole = 0, more = 0] = [...sizes].map(Number);
      if (more > whole * 0.1) throw new Error(`the second version takes ${more} KiB beside ${whole}`);

      await says(0, 'chroot', 'hard_v2', '--', 'sh', '-c', 'echo more >> /etc/hosts; chmod 0640 /etc/issue');
      await expectFirst();
      await says(0, 'verify', 'hard_v2');
      if (!(await readFile(path.join(second, 'etc/hosts'), 'utf8')).endsWith('more\n')) throw new Error('no change');
      await says(0, 'rmimage', 'hard_v1');
      await says(0, 'rmimage', 'hard_v2');
    });

    await test.case('a file that is torn or was tampered with leaves nothing', async () => {
      const torn = path.join(test.scratch, 'torn.tar.zst');
      await writeFile(torn, (await readFile(file)).subarray(0, 1_000_000));
      expectSaid(await says(1, 'import', torn, '-image', 'torn'), 'is torn');
      const [other, tar] = [path.join(test.scratch, 'unpacked'), path.join(test.scratch, 'tampered.tar')];
      await appendFile(path.join(other, 'web_v1/etc/hosts'), 'evil\n');
      await run(['tar', '--xattrs', '--xattrs-include=*', '-C', other, '-cf', tar, 'web_v1', 'web_v1.systemimager']);
      expectSaid(await says(1, 'import', tar, '-image', 'torn'), 'edited /etc/hosts: size, time, content');
      const left = await realIo.list(`/${images.slice(1)}`);
      if (left?.join(' ') !== 'gnu_v1 web_v1 web_v2') throw new Error(`there is more than images: ${left?.join(' ')}`);
    });
  },
  cases: [
    'a version of hard links is sealed, and edited on its own',
    'a second capture reads only what came anew, and its manifest is true',
    'verify tells edits from rot',
    'an image is packed, GNU tar reads that, and it becomes the same again',
    'a tar of GNU tar becomes an image',
    'a file that is torn or was tampered with leaves nothing',
  ],
});
