import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { temporaryBeside } from '../../common/system/files/temporary.ts';
import { absPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { serverPaths } from '../config/paths.ts';
import { exportManifest, packCommand, planExport } from '../images/archive/plan-export.ts';
import { imageTies } from '../images/ties.ts';
import { lockImage } from '../images/lock.ts';
import type { ManifestEntry } from '../images/manifest/entry.ts';
import { type EntryStream, manifestFile, writeManifest } from '../images/manifest/file.ts';
import { startHasher } from '../images/manifest/hasher.ts';
import { onlyReadable } from '../images/manifest/make.ts';
import { scanTree } from '../images/manifest/scan.ts';
import { showPath } from '../images/manifest/show-name.ts';

type Options = { dryRun?: boolean };

/** The path by which standard output can be opened again (proc(5)). */
const standardOutput = absPath('/dev/stdout');

async function exportImage(context: CliContext, image: string, name: string, options: Options): Promise<void> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const file = name === '-' ? undefined : absPath(path.resolve(name));
  if (file !== undefined && !/\.tar(\.zst)?$/.test(file))
    throw new UserError(
      `${name} says no format`,
      `Name the file ${image}.tar.zst or ${image}.tar, or - for standard output.`,
    );
  if (file !== undefined && (await io.lstat(file)) !== undefined)
    throw new UserError(`${file} is there already`, 'Remove that file first, or choose another name.');
  if (file === undefined && context.isTerminal && !options.dryRun)
    throw new UserError('a terminal cannot show a tar', `Send the tar on: systemimager export ${image} - | ssh …`);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(io, paths, image));
  const wish = { ties: await imageTies(io, paths, image), isZstd: file?.endsWith('.zst') ?? false };
  if (options.dryRun) {
    const toOutput: Step = { why: `Pack ${image}`, kind: 'run', argv: packCommand(paths, wish) };
    return context.carryOut(
      file === undefined ? [toOutput] : planExport(paths, { ...wish, file }, `${file}.new`),
      options,
    );
  }
  const manifest = under(paths.manifests, exportManifest(image));
  held.defer(() => io.remove(manifest));
  const print = file === undefined ? () => {} : (line: string) => context.print(line);
  await writeManifest(manifest, carried(await currentEntries(context, held, image), print));
  if (file === undefined) {
    const exit = await io.run(
      { argv: packCommand(paths, wish), stdoutFile: standardOutput },
      { signal: context.signal },
    );
    context.signal.throwIfAborted();
    if (exit.code !== 0) throw programFailed(exit, `Pack ${image}`);
    return;
  }
  const growing = absPath(temporaryBeside(file));
  held.defer(() => io.remove(growing));
  await context.carryOut(planExport(paths, { ...wish, file }, growing), options);
  const { sizeBytes = 0 } = (await io.lstat(file)) ?? {};
  print(`${file}: ${(sizeBytes / 1024 ** 2).toFixed(1)} MiB; elsewhere: systemimager import ${path.basename(file)}`);
}

/** The entries of the tree as it is; files that match the manifest are not read. */
async function currentEntries({ io, root, signal }: CliContext, held: AsyncDisposableStack, image: string) {
  const paths = serverPaths(root);
  const manifest = manifestFile(paths, image);
  const isThere = (await io.lstat(manifest)) !== undefined;
  const at = under(paths.images, image);
  // The hasher's threads must end with the command.
  const hasher = startHasher(signal);
  held.defer(() => hasher.close());
  return onlyReadable(at, scanTree({ io, at, hasher, signal, known: isThere ? { manifest } : undefined }));
}

/** Leaves out sockets, which a tar cannot hold: programs make their sockets anew when they start. */
async function* carried(entries: EntryStream, print: (line: string) => void): AsyncGenerator<ManifestEntry[]> {
  for await (const some of entries) {
    for (const one of some)
      if (one.type === 's')
        print(`left out: ${showPath(one.name)} is a socket; the program that listens there makes the socket anew`);
    yield some.filter((one) => one.type !== 's');
  }
}

/** Packs an image into one file. */
export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'pack an image, its autoinstall script and its manifest into one file',
  examples: ['export web_v1', 'export web_v1 /mnt/usb/web_v1.tar', 'export web_v1 - | ssh other tar -tv'],
  declare(command, context) {
    command
      .argument('<image>', 'name of the image')
      .argument('[file]', 'file to write: NAME.tar.zst, NAME.tar, or - for standard output (default: IMAGE.tar.zst)')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((image: string, file: string | undefined, options: Options) =>
        exportImage(context, image, file ?? `${image}.tar.zst`, options),
      );
  },
};
