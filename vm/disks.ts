import { z } from 'zod';
import { showSize } from '../common/model/layout/size.ts';
import { UserError } from '../common/system/errors.ts';
import type { Io } from '../common/system/io.ts';
import type { AbsPath } from '../common/system/place.ts';
import type { DiskWish, Firmware } from './wish.ts';

/** A disk as typed and as found: one that is new is made, and is empty. */
export type DiskState = DiskWish & { isNew: boolean };

/** Of `qemu-img info --output=json` (qemu-img(1)). */
const Info = z.object({ 'virtual-size': z.int() });

/** Looks at a disk; UserError if the disk is in use, of another format, or missing without a size. */
export async function readDisk(io: Io, disk: DiskWish): Promise<DiskState> {
  if (disk.kind === 'blank') return { ...disk, isNew: true };
  const { file, format, sizeBytes } = disk;
  if ((await io.stat(file)) === undefined) {
    if (sizeBytes !== undefined) return { ...disk, isNew: true };
    throw new UserError(
      `there is no disk ${file}`,
      `To make one of 8 GiB, write the size behind it: --disk ${file}:8G`,
    );
  }
  const exit = await io.run({ argv: ['qemu-img', 'info', '--output=json', '-f', format, file] });
  if (exit.code !== 0) {
    // QEMU's words for a lock of another process (block/file-posix.c).
    if (/Failed to get .*lock/.test(exit.stderr))
      throw new UserError(`another virtual machine uses the disk ${file}`, 'End that machine, or name another disk.');
    throw new UserError(
      `${file} cannot be used as a disk of the format ${format}: ${exit.stderr.trim().split('\n').at(-1)}`,
      'The end of the name tells the format: .qcow2, .raw or .img.',
    );
  }
  const { 'virtual-size': bytes } = Info.parse(JSON.parse(exit.stdout));
  if (sizeBytes !== undefined && sizeBytes !== bytes)
    throw new UserError(
      `the disk ${file} is there already and has ${showSize(bytes)}, not ${showSize(sizeBytes)}`,
      'Leave the size out to use the disk as it is, or name another file.',
    );
  return { ...disk, isNew: false };
}

/** The first disk that stays. */
export const keptDisk = (disks: readonly DiskWish[]): AbsPath | undefined =>
  disks.flatMap((disk) => (disk.kind === 'file' ? [disk.file] : []))[0];

/** The variables of the UEFI of a machine, beside its first disk. */
export const varsBeside = (disk: AbsPath, firmware: Firmware): AbsPath => `${disk}.${firmware}-vars.fd`;
