import { createHash } from 'node:crypto';
import { offlineFolder, overridesPack } from '../../common/model/medium.ts';
import { framesOf, openPack, type Pack } from '../../common/pack/open-pack.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Frame } from '../../common/system/frame.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Volume } from './volume.ts';

/** The first part of a pack on a medium; a large pack goes on in NAME.pack.1 and so on. */
export const imagePack: RegExp = new RegExp(`^${offlineFolder}/images/([^/]+)\\.pack$`);

/** Takes the bytes of one file of a pack in their order, from the first byte on. */
export type FrameSums = (bytes: Uint8Array) => void;

/**
 * Opens the packs of a volume, and gives for each of their files what checks the frames while the file is read for another reason.
 * `problem` gets each damaged frame by image and number, and each pack that cannot be opened.
 */
export async function frameSums(volume: Volume, problem: (text: string) => void): Promise<Map<string, FrameSums>> {
  const found = new Map<string, FrameSums>();
  for (const name of volume.files.keys()) {
    const [, image] = imagePack.exec(name) ?? [];
    if (image === undefined && name !== `${offlineFolder}/${overridesPack}`) continue;
    const what = image === undefined ? 'the overrides' : `the image ${image}`;
    const pack = await open(volume, name, (text) => problem(`${what} cannot be read: ${text}`));
    if (!pack) continue;
    const frames = Map.groupBy(framesOf(pack), ({ file }) => file);
    for (const { file } of pack.parts)
      found.set(
        file.slice(1),
        sumsOf(frames.get(file) ?? [], (frame) =>
          problem(`${what}: ${frame.name} is damaged (from byte ${frame.firstByte} of ${file.slice(1)} on)`),
        ),
      );
  }
  return found;
}

/** Opens a pack of a volume, as it would be opened on a mounted medium. */
async function open(volume: Volume, name: string, problem: (text: string) => void): Promise<Pack | undefined> {
  const stat = async (at: AbsPath) => {
    const sizeBytes = volume.files.get(at.slice(1));
    return sizeBytes === undefined ? undefined : { kind: 'file' as const, sizeBytes };
  };
  const io = {
    stat,
    readPart: (at: AbsPath, offset: number, bytes: number) => volume.readPart(at.slice(1), offset, bytes),
  };
  try {
    const pack = await openPack(io, `/${name}`);
    if (!pack) problem('it does not end as a pack does');
    return pack;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problem(error.message);
    return undefined;
  }
}

function sumsOf(frames: readonly Frame[], damaged: (frame: Frame) => void): FrameSums {
  let [next, position, hash] = [0, 0, createHash('sha256')];
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const frame = frames[next];
      if (!frame) break;
      const [from, to] = [frame.firstByte, frame.firstByte + frame.bytes];
      const start = at + Math.max(0, from - position - at);
      const end = Math.min(bytes.length, to - position);
      if (start < end) hash.update(bytes.subarray(start, end));
      if (to > position + bytes.length) break;
      if (hash.digest('hex') !== frame.sha256) damaged(frame);
      [at, next, hash] = [end, next + 1, createHash('sha256')];
    }
    position += bytes.length;
  };
}
