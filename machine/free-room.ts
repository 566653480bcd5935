import type { ReadIo } from '../common/system/io.ts';
import type { AbsPath } from '../common/system/place.ts';

/** The free room in the folder's filesystem; undefined if df(1) does not say. btrfs and others have no fixed number of inodes. */
export async function freeRoom(io: ReadIo, folder: AbsPath): Promise<{ bytes: number; inodes?: number } | undefined> {
  const exit = await io.run({ argv: ['df', '--block-size=1', '--output=avail,iavail,itotal', folder] });
  const [, bytes, inodes, total] = /^ *(\d+) +(\d+|-) +(\d+|-)/m.exec(exit.stdout) ?? [];
  if (exit.code !== 0 || bytes === undefined) return undefined;
  return { bytes: Number(bytes), inodes: Number(total) > 0 ? Number(inodes) : undefined };
}
