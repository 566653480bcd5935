import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { daemonConf } from '../../client/prepareclient/daemon.ts';
import { hooksStep } from '../../client/prepareclient/hooks.ts';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { apply } from '../../common/system/apply.ts';
import { absPath } from '../../common/system/place.ts';
import type { Exit } from '../../common/system/io.ts';
import { realIo } from '../../common/system/real-io.ts';
import { systemimager } from '../assets/boel.ts';
import { captureRetry } from '../../server/getimage/source.ts';
import { start } from './harness/processes.ts';
import { type RowContext, row } from './harness/row.ts';

const port = 18_730;

/** A golden client in a folder: prepareclient's runner and daemon, and hooks that write down when they were called. */
async function golden(test: RowContext) {
  const root = absPath(path.join(test.scratch, 'golden'));
  const diary = path.join(test.scratch, 'diary');
  const folder = path.join(root, goldenFiles.hooks);
  await mkdir(folder, { recursive: true });
  await apply([hooksStep(root)], realIo);
  const conf = daemonConf({ port, servers: ['127.0.0.1'] })
    .replaceAll('/run/systemimager', test.scratch)
    .replaceAll(goldenFiles.hooksRunner, path.join(root, goldenFiles.hooksRunner))
    .replaceAll('path = /\n', `path = ${root}\n`);
  await writeFile(path.join(test.scratch, 'rsyncd.conf'), conf);
  await start({ argv: ['rsync', '--daemon', '--no-detach', `--config=${path.join(test.scratch, 'rsyncd.conf')}`] });
  await delay(1000);
  return {
    root,
    runner: path.join(root, goldenFiles.hooksRunner),
    async hook(name: string, last = 'exit 0') {
      const at = path.join(folder, name);
      await writeFile(at, `#!/bin/sh\necho "${name} $1" >>${diary}\n${last}\n`);
      await chmod(at, 0o755);
      return at;
    },
    /** What the hooks wrote since it was asked last: waits for as many lines, and a moment for one too many. */
    async told(count: number) {
      const read = async () => (await readFile(diary, 'utf8').catch(() => '')).split('\n').filter(Boolean);
      for (let tries = 0; tries < 200 && (await read()).length < count; tries += 1) await delay(100);
      await delay(500);
      const lines = await read();
      await writeFile(diary, '');
      return lines.join(', ');
    },
  };
}

function expectSame(found: string | number, expected: string | number): void {
  if (found !== expected) throw new Error(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

/** rsync tells what the hook said, and the server knows that another attempt is no use. */
function expectRefused(exit: Exit, words: RegExp): void {
  const said = exit.stderr + exit.stdout;
  if (exit.code === 0 || !words.test(said) || captureRetry.when(exit, []) !== false)
    throw new Error(`exit code ${exit.code}:\n${said}`);
}

async function work(test: RowContext): Promise<void> {
  const client = await golden(test);
  const into = path.join(test.scratch, 'image/');
  const pull = (module: string) =>
    realIo.run({ argv: ['rsync', '-a', '--timeout=60', `rsync://127.0.0.1:${port}/${module}/`, into] });
  const around = (...argv: string[]) => realIo.run({ argv: [client.runner, 'around', ...argv] });
  const both = '10-web before, 50-db before, 50-db after, 10-web after';

  await client.hook('50-db');
  await client.hook('10-web');
  await writeFile(path.join(client.root, goldenFiles.hooks, '90-off'), 'no program\n');
  expectSame((await pull('root')).code, 0);
  expectSame(await client.told(0), '');
  expectSame((await pull('capture')).code, 0);
  expectSame(await client.told(4), both);
  const piped = await around('sh', '-c', 'echo data; exit 23');
  expectSame(piped.code, 23);
  expectSame(piped.stdout, 'data\n');
  expectSame(await client.told(4), both);

  const broken = await client.hook('50-db', '[ "$1" = after ] || { echo it is locked; exit 3; }');
  const failed = await pull('capture');
  expectRefused(failed, /it is locked[^]*50-db before failed \(3\)/);
  expectSame(await client.told(4), both);
  const notRun = await around('echo', 'data');
  expectRefused(notRun, /^50-db before failed/m);
  expectSame(notRun.stdout, '');
  expectSame(await client.told(4), both);

  await client.hook('50-db');
  for (const spoil of [() => chmod(broken, 0o775), () => chown(broken, 65_534, 0)]) {
    await spoil();
    const refused = await pull('capture');
    expectRefused(refused, /is not run: a hook must belong to root/);
    expectSame(await client.told(2), '10-web before, 10-web after');
    await chmod(broken, 0o755);
    await chown(broken, 0, 0);
  }

  await writeFile(path.join(client.root, 'large'), Buffer.alloc(50_000_000, 'x'));
  const slow = await start({
    argv: ['rsync', '-a', '--bwlimit=100', `rsync://127.0.0.1:${port}/capture/`, `${into}again/`],
  });
  expectSame(await client.told(2), '10-web before, 50-db before');
  slow.kill('SIGKILL');
  expectSame(await client.told(2), '50-db after, 10-web after');
  await captureBy(test, client);
}

/** getimage itself, of the folder that stands for a golden client; it ends the daemon. */
async function captureBy(test: RowContext, client: Awaited<ReturnType<typeof golden>>): Promise<void> {
  await writeFile(path.join(client.root, 'etc/fstab'), '/dev/sda1 / ext4 defaults 0 1\n');
  await writeFile(path.join(client.root, goldenFiles.mounted), '/dev/sda1 on / type ext4 (rw)\n');
  const server = path.join(test.scratch, 'server');
  const words = ['-golden-client', '127.0.0.1', '-port', String(port), '-image', 'web_v1', '-update-script', 'no'];
  const getimage = () =>
    realIo.run({ argv: systemimager('--root', server, 'getimage', '--yes', '--update', ...words) });
  const first = await getimage();
  if (first.code !== 0) throw new Error(first.stderr);
  expectSame(await client.told(4), '10-web before, 50-db before, 50-db after, 10-web after');
}

export default row({
  name: 'hooks of a golden client run around a capture, and their end is never left out',
  covers: ['client/prepareclient/', 'server/getimage/'],
  seconds: 20,
  run: work,
});
