import path from 'node:path';
import { counted } from '../../common/counted.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths, type ServerPaths } from '../config/paths.ts';
import type { Contents } from '../images/archive/check.ts';
import { readArchive } from '../images/archive/open.ts';
import { besideFiles } from '../images/archive/plan-export.ts';
import { planAccept, planUnpack, removeGrowing } from '../images/archive/plan-import.ts';
import { checkFree } from '../images/free-name.ts';
import { tellOpen } from '../images/open-folder.ts';
import { lockImage } from '../images/lock.ts';
import { type EntryStream, manifestFile, readManifest, writeManifest } from '../images/manifest/file.ts';
import { onlyReadable, scanTeller, withHasher } from '../images/manifest/make.ts';
import { scanTree } from '../images/manifest/scan.ts';
import { growingName } from '../images/old-trees.ts';
import { compareWithManifest, type Finding } from '../images/verify.ts';

type Options = { image?: string; dryRun?: boolean };

/** How many differences are named at most: each file may have one. */
const namedFindings = 10;

async function importImage(context: CliContext, name: string, options: Options): Promise<void> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const file = absPath(path.resolve(name));
  const kind = (await io.lstat(file))?.kind;
  if (kind !== 'file' && kind !== 'link')
    throw new UserError(
      `${file} ${kind === undefined ? 'is not there' : 'is no file'}`,
      'Name a file that systemimager export made, or another tar.',
    );
  if (options.image !== undefined) await checkFree(io, paths, options.image);
  context.print(`checking ${file}`);
  const archive = await readArchive(io, file, context.signal);
  const { contents } = archive;
  const image = options.image ?? (contents.beside === undefined ? undefined : contents.tree);
  if (image === undefined) throw new UserError(`${file} names no image`, 'Say the name of the image: -image web_v1');
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(io, paths, image));
  await checkFree(io, paths, image);
  await tellOpen(context, paths.images);
  if (contents.tree !== '' && contents.beside === undefined)
    context.print(`all of it lies in ${contents.tree}/: that folder becomes ${image}`);
  if (contents.hasTextAcls)
    context.print('its ACLs name users and groups as text: they become the ones of those names on this machine');
  const unpack = planUnpack(paths, image, file, archive);
  if (options.dryRun) {
    const script = contents.beside === undefined ? undefined : '# as it is in the archive\n';
    return context.carryOut([...unpack, ...planAccept(paths, image, contents, { script, hasRecord: false })], options);
  }
  try {
    await context.carryOut(unpack, {});
    await writeDown(context, paths, image, contents);
    const came = await cameAlong(context, under(paths.images, growingName(image)), contents);
    await context.carryOut(planAccept(paths, image, contents, came), {});
    context.print(`${image} is there: ${under(paths.images, image)}`);
    if (came.script === undefined)
      context.print(`${image} has no script yet: systemimager mkautoinstallscript -image ${image} writes one`);
  } catch (error) {
    const step = removeGrowing(paths, image);
    if (step.kind === 'run') await io.run({ argv: step.argv });
    if ((await io.lstat(under(paths.images, image))) === undefined) await io.remove(manifestFile(paths, image));
    throw error;
  }
}

/** The script and the record of the capture, if the archive holds them. */
async function cameAlong({ io }: CliContext, growing: AbsPath, { beside }: Contents) {
  if (beside === undefined) return { script: undefined, hasRecord: false };
  const tree = inside(io, growing);
  return {
    script: await tree.readText(`/${beside}/${besideFiles.script}`),
    hasRecord: await tree.exists(`/${beside}/${besideFiles.record}`),
  };
}

/** Makes the manifest, and compares the tree with the manifest in the archive, if there is one. */
async function writeDown(context: CliContext, paths: ServerPaths, image: string, contents: Contents): Promise<void> {
  const { io, signal } = context;
  const growing = under(paths.images, growingName(image));
  const at = contents.tree === '' ? growing : under(growing, contents.tree);
  const teller = scanTeller(`manifest of ${image}`, (line) => context.print(line));
  await withHasher(signal, async (hasher) => {
    const tree = onlyReadable(at, scanTree({ io, at, hasher, signal, onProgress: teller.onProgress }));
    const told: AbsPath = `/${contents.beside ?? ''}/${besideFiles.manifest}`;
    const unpacked = inside(io, growing);
    const came = contents.beside !== undefined && (await unpacked.exists(told));
    const checked = came ? onlyTheSame(readManifest({ root: growing, path: told }), tree) : tree;
    await writeManifest(manifestFile(paths, image), checked);
  });
  teller.end();
}

async function* onlyTheSame(manifest: EntryStream, tree: EntryStream) {
  const found: Finding[] = [];
  let count = 0;
  yield* compareWithManifest(manifest, tree, (one) => {
    count += 1;
    if (found.length < namedFindings) found.push(one);
  });
  if (count === 0) return;
  const lines = found.map(
    ({ kind, path: at, what }) => `\n    ${kind} ${at}${what.length > 0 ? `: ${what.join(', ')}` : ''}`,
  );
  throw new UserError(
    `${counted(count, 'file is', 'files are')} not what the manifest in the archive tells:${lines.join('')}`,
    'Can this filesystem hold owners, times and extended attributes? If so, verify the image where it comes from, and export that image again.',
  );
}

/** Unpacks an image from one file. */
export const importCommand: CliCommand = {
  name: 'import',
  summary: 'make an image from a file that export made, or from a tar of a whole machine',
  examples: [
    'import web_v1.tar.zst',
    'import web_v1.tar.zst -image web_v7',
    'import backup.tar.gz -image web_v1 --dry-run',
  ],
  declare(command, context) {
    command
      .argument('<file>', 'pack, or tar file with or without compression by zstd or gzip')
      .option('--image <name>', 'name of the image (default: the name in the file)')
      .option('--dry-run', 'check the file, print the steps, and change nothing')
      .action((file: string, options: Options) => importImage(context, file, options));
  },
};
