import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ImageTies } from '../../server/images/ties.ts';
import { freeRoom } from '../../machine/free-room.ts';
import { type Offline, offlineFiles } from './offline.ts';
import { fileBytes, temporaryFolder } from './staging.ts';

/** What a medium with images is made from, and where: `work` is on a filesystem with room for the images. */
export type PackedImages = { work: AbsPath; offline: Offline | undefined };

/**
 * Packs images for a medium into a folder below `folder` that goes away with the block that uses it; without images, the folder lies
 * where small files lie. UserError if `folder` has no room for the images and, once more, for the medium.
 */
export async function packedImages(
  context: CliContext,
  images: readonly ImageTies[],
  { folder, boot }: { folder: AbsPath; boot: AbsPath },
): Promise<PackedImages & AsyncDisposable> {
  await using made = new AsyncDisposableStack();
  const { path: work } = made.use(await temporaryFolder(images.length > 0 ? folder : undefined));
  let offline: Offline | undefined;
  if (images.length > 0) {
    offline = await offlineFiles(context, images, work, boot);
    await needsRoom(context, folder, offline);
  }
  const kept = made.move();
  return { work, offline, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function needsRoom({ io }: CliContext, folder: AbsPath, { files }: Offline): Promise<void> {
  const neededBytes = (await fileBytes(files)).reduce((sum, bytes) => sum + bytes, 0);
  const free = await freeRoom(io, folder);
  if (!free || free.bytes >= neededBytes) return;
  const mib = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  throw new UserError(
    `${folder} has ${mib(free.bytes)} free, and the medium needs ${mib(neededBytes)} more`,
    'Make room there, or take another filesystem: name a file there as --out-file; for a device, set TMPDIR.',
  );
}
