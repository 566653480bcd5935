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
    async told() {
      await delay(500);
      const text = await readFile(diary, 'utf8').catch(() => '');
      await writeFile(diary, '');
      return text.trim().split('\n').join(', ');
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
  expectSame(await client.told(), '');
  expectSame((await pull('capture')).code, 0);
  expectSame(await client.told(), both);
  const piped = await around('sh', '-c', 'echo data; exit 23');
  expectSame(piped.code, 23);
  expectSame(piped.stdout, 'data\n');
  expectSame(await client.told(), both);

  const broken = await client.hook('50-db', '[ "$1" = after ] || { echo it is locked; exit 3; }');
  const failed = await pull('capture');
  expectRefused(failed, /it is locked[^]*50-db before failed \(3\)/);
  expectSame(await client.told(), both);
  const notRun = await around('echo', 'data');
  expectRefused(notRun, /^50-db before failed/m);
  expectSame(notRun.stdout, '');
  expectSame(await client.told(), both);

  await client.hook('50-db');
  for (const spoil of [() => chmod(broken, 0o775), () => chown(broken, 65_534, 0)]) {
    await spoil();
    const refused = await pull('capture');
    expectRefused(refused, /is not run: it must belong to root/);
    expectSame(await client.told(), '10-web before, 10-web after');
    await chmod(broken, 0o755);
    await chown(broken, 0, 0);
  }

  await writeFile(path.join(client.root, 'large'), Buffer.alloc(50_000_000, 'x'));
  const slow = await start({
    argv: ['rsync', '-a', '--bwlimit=100', `rsync://127.0.0.1:${port}/capture/`, `${into}again/`],
  });
  await delay(2000);
  expectSame(await client.told(), '10-web before, 50-db before');
  slow.kill('SIGKILL');
  await delay(1500);
  expectSame(await client.told(), '50-db after, 10-web after');
}

export default row({
  name: 'hooks of a golden client run around a capture, and their end is never left out',
  covers: ['client/prepareclient/', 'server/getimage/'],
  seconds: 20,
  run: work,
});
