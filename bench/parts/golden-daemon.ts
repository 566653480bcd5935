import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { goldenDaemon } from '../../common/model/golden-files.ts';
import { realIo } from '../../common/system/real-io.ts';
import { start } from '../../test/boot/harness/processes.ts';

/** Loopback; a port that no other rsync daemon takes by default. */
const port = 28_874;

/** As it is started by hand. */
const launcher = path.resolve(import.meta.dirname, '../../bin/systemimager');

/** Shows a tree as prepareclient's daemon does, without a password; its files lie in `dir`. */
export async function showTree(dir: string, tree: string): Promise<AsyncDisposable> {
  await mkdir(path.join(dir, 'done'));
  const conf = path.join(dir, 'rsyncd.conf');
  const head = 'use chroot = yes\nuid = root\ngid = root\naddress = 127.0.0.1\nsocket options = TCP_NODELAY\n';
  const { rootModule, doneModule } = goldenDaemon;
  await writeFile(conf, `${head}[${rootModule}]\npath = ${tree}\n[${doneModule}]\npath = ${dir}/done\n`);
  const daemon = await start({ argv: ['rsync', '--daemon', '--no-detach', `--port=${port}`, `--config=${conf}`] });
  await realIo.sleep(500);
  return { [Symbol.asyncDispose]: async () => void (await daemon.stop()) };
}

/** Where rsync reaches it. */
export const goldenUrl = `rsync://127.0.0.1:${port}/${goldenDaemon.rootModule}/`;

/** The command that captures it, for a server whose files lie below `root`. */
export function getimageArgv(root: string, image: string, ...more: string[]): [string, ...string[]] {
  const words = ['-golden-client', '127.0.0.1', '-port', String(port), '-image', image, '--update'];
  return [launcher, '--root', root, 'getimage', ...words, '-update-script', 'no', ...more];
}
