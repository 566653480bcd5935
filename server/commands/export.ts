import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { partName } from '../../common/pack/open-pack.ts';
import { partBytes, writeParts } from '../../common/pack/write-parts.ts';
import { UserError } from '../../common/system/errors.ts';
import { temporaryBeside } from '../../common/system/files/temporary.ts';
import { absPath, type AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { serverPaths } from '../config/paths.ts';
import { packImage, writeExportManifest } from '../images/archive/pack-image.ts';
import { exportMode, packCommand, planExport } from '../images/archive/plan-export.ts';
import { imageTies } from '../images/ties.ts';
import { lockImage } from '../images/lock.ts';

type Options = { split?: boolean; dryRun?: boolean };

/** The path by which standard output can be opened again (proc(5)). */
const standardOutput = absPath('/dev/stdout');

async function exportImage(context: CliContext, image: string, name: string, options: Options): Promise<void> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const file = name === '-' ? undefined : absPath(path.resolve(name));
  if (file !== undefined && !/\.(tar|tar\.zst|pack)$/.test(file))
    throw new UserError(
      `${name} says no format`,
      `Name the file ${image}.tar.zst (or ${image}.pack, the same), ${image}.tar, or - for standard output.`,
    );
  const isTar = file === undefined || file.endsWith('.tar');
  if (options.split && isTar)
    throw new UserError('--split makes parts of a pack, and not of a tar', `Name the file ${image}.pack.`);
  for (const one of file === undefined ? [] : [file, partName(file, 1) as AbsPath])
    if ((await io.lstat(one)) !== undefined)
      throw new UserError(`${one} is there already`, 'Remove that file first, or choose another name.');
  if (file === undefined && context.isTerminal && !options.dryRun)
    throw new UserError('a terminal cannot show a tar', `Send the tar on: systemimager export ${image} - | ssh …`);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(io, paths, image));
  const ties = await imageTies(io, paths, image);
  const why = file === undefined || isTar ? `Pack ${image}` : `Pack ${image} in frames of zstd, into ${file}`;
  const packing: Step = { why, kind: 'run', argv: packCommand(paths, { ties }) };
  const tarSteps = (growing: AbsPath) => (file === undefined ? [packing] : planExport(paths, { ties, file }, growing));
  if (options.dryRun)
    return context.carryOut(isTar ? tarSteps(file === undefined ? '/dev/stdout' : `${file}.new`) : [packing], options);

  const print = file === undefined ? () => {} : (line: string) => context.print(line);
  const manifest = await writeExportManifest(context, held, image, print);
  if (file === undefined) {
    const exit = await io.run({ argv: packCommand(paths, { ties }), stdoutFile: standardOutput }, { signal });
    signal.throwIfAborted();
    if (exit.code !== 0) throw programFailed(exit, `Pack ${image}`);
    return;
  }
  let files = [file];
  if (isTar) {
    const growing = absPath(temporaryBeside(file));
    held.defer(() => io.remove(growing));
    await context.carryOut(tarSteps(growing), options);
  } else {
    const how = {
      mode: exportMode,
      mostBytes: options.split ? partBytes : undefined,
      remove: (at: AbsPath) => io.remove(at),
    };
    print(why);
    await packImage(context, ties, manifest, async (frames) => {
      files = await writeParts(file, frames, how);
    });
  }
  for (const one of files) print(`${one}: ${(((await io.lstat(one))?.sizeBytes ?? 0) / 1024 ** 2).toFixed(1)} MiB`);
  print(`Elsewhere: systemimager import ${path.basename(file)}`);
}

/** Packs an image into one file. */
export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'pack an image, its autoinstall script and its manifest into one file',
  examples: ['export web_v1', 'export web_v1 /mnt/usb/web_v1.pack --split', 'export web_v1 - | ssh other tar -tv'],
  declare(command, context) {
    command
      .argument('<image>', 'name of the image')
      .argument(
        '[file]',
        'file to write: NAME.tar.zst or NAME.pack, NAME.tar, or - for a tar to standard output (default: IMAGE.tar.zst)',
      )
      .option('--split', 'write parts of less than 4 GiB, for FAT: NAME.pack, NAME.pack.1, …')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((image: string, file: string | undefined, options: Options) =>
        exportImage(context, image, file ?? `${image}.tar.zst`, options),
      );
  },
};
