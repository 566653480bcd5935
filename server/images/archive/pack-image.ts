import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { CliContext } from '../../../common/cli.ts';
import { ImageName } from '../../../common/model/names.ts';
import type { DirSums } from '../../../common/model/sum-tree.ts';
import { sumTree } from '../../../common/model/sum-tree.ts';
import { type ImageToPack, packBytes } from '../../../common/pack/write-pack.ts';
import { inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { programFailed } from '../../../common/system/steps/run.ts';
import { probeStart } from '../../../install/boot/probe-start.ts';
import { serverPaths, type ServerPaths } from '../../config/paths.ts';
import { readTree } from '../facts.ts';
import type { ManifestEntry } from '../manifest/entry.ts';
import { type EntryStream, manifestFile, writeManifest } from '../manifest/file.ts';
import { startHasher } from '../manifest/hasher.ts';
import { onlyReadable } from '../manifest/make.ts';
import { scanTree } from '../manifest/scan.ts';
import { showPath } from '../manifest/show-name.ts';
import type { ImageTies } from '../ties.ts';
import type { TreeFacts } from '../walk.ts';
import { exportManifest, packCommand } from './plan-export.ts';

/**
 * Writes a manifest of the tree as it is now into manifests/, for a tar of the image; it is removed when `held` is. `print` gets
 * what a tar leaves out.
 */
export async function writeExportManifest(
  context: CliContext,
  held: AsyncDisposableStack,
  image: string,
  print: (line: string) => void,
): Promise<AbsPath> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const manifest = under(paths.manifests, exportManifest(image));
  held.defer(() => io.remove(manifest));
  await writeManifest(manifest, carried(await currentEntries(context, held, image), print));
  // The time of the file goes into the tar, and two tars of the same tree shall be the same.
  const argv = ['touch', '--no-dereference', `--reference=${under(paths.images, image)}`, manifest] as const;
  const exit = await io.run({ argv });
  if (exit.code !== 0) throw programFailed(exit, 'Set the time of the manifest');
  return manifest;
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
    // Inodes, and the times at which they changed, say nothing elsewhere, and differ between copies of a tree.
    yield some.filter((one) => one.type !== 's').map((one) => ({ ...one, ctime: '0', ino: '0' }));
  }
}

/** Packs an image that is locked, and hands the frames of the pack to `write`. */
export async function packImage(
  context: CliContext,
  ties: ImageTies,
  manifest: AbsPath,
  write: (frames: AsyncIterable<Buffer>) => Promise<unknown>,
): Promise<void> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const image = await imageToPack(context, paths, ties, manifest);
  const exit = await io.run(
    {
      argv: packCommand(paths, { ties }),
      takesOutput: async (tar) => void (await write(packBytes(tar, `the tar of ${ties.name}`, image))),
    },
    { signal },
  );
  signal.throwIfAborted();
  if (exit.code !== 0) throw programFailed(exit, `Pack ${ties.name}`);
}

async function imageToPack(
  { io, signal }: CliContext,
  paths: ServerPaths,
  { name, script }: ImageTies,
  manifest: AbsPath,
): Promise<ImageToPack> {
  const { tree } = await readTree(io, paths, name, { signal });
  const { bytes, inodes } = sumTree(name, tree, ['/']);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(manifest)) hash.update(piece as Buffer);
  return {
    name: ImageName.parse(name),
    script,
    manifestSha256: hash.digest('hex'),
    bytes,
    inodes,
    start: await probeStart(inside(io, under(paths.images, name))),
    dirs: inOrder(tree),
  };
}

/** Directories in order, and inodes numbered anew, so that copies of a tree give the same list. */
function inOrder(tree: TreeFacts): [string, DirSums][] {
  const numbers = new Map<number, number>();
  const numberOf = (ino: number) => {
    const number = numbers.get(ino) ?? numbers.size + 1;
    numbers.set(ino, number);
    return number;
  };
  const byName = <T extends [string, ...unknown[]]>(all: readonly T[]) => all.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName([...tree]).map(([dir, { bytes, holeBytes, inodes, links }]) => [
    dir,
    {
      bytes,
      holeBytes,
      inodes,
      links: byName(links).map(([file, ino, length, holes]) => [file, numberOf(ino), length, holes]),
    },
  ]);
}
