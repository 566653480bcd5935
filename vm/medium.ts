import path from 'node:path';
import { UserError } from '../common/system/errors.ts';
import type { ReadIo } from '../common/system/io.ts';
import { type AbsPath, absPath } from '../common/system/place.ts';

/** The drives that take a medium. */
export const drives = ['cd', 'usb', 'floppy'] as const;
export type Drive = (typeof drives)[number];

/** A medium as typed; for a file without a drive, the content tells the drive. */
export type MediumWish = { kind: 'pxe' | 'disk' } | { kind: Drive | 'file'; file: AbsPath };

/** A medium whose drive is known. */
export type Medium = { kind: 'pxe' | 'disk' } | { kind: Drive; file: AbsPath };

/** Reads --medium: pxe, disk, FILE, or DRIVE=FILE. */
export function readMedium(text: string): MediumWish {
  if (text === 'pxe' || text === 'disk') return { kind: text };
  const makers = { cd: 'mkautoinstallcd', usb: 'mkautoinstallcd', floppy: 'mkautoinstalldiskette' };
  for (const drive of drives) {
    if (text === drive)
      throw new UserError(
        `--medium ${drive} names no file`,
        `Make one (${makers[drive]} -out-file boel.${drive === 'floppy' ? 'img' : 'iso'}), and name it: --medium ${drive}=FILE`,
      );
    if (text.startsWith(`${drive}=`)) return { kind: drive, file: absPath(path.resolve(text.slice(drive.length + 1))) };
  }
  return { kind: 'file', file: absPath(path.resolve(text)) };
}

/** Bytes of floppies that PCs have drives for: 5.25 and 3.5 inches, from 360 KiB to 2.88 MB. */
const floppyBytes = [360, 720, 1200, 1440, 2880].map((kib) => kib * 1024);

/** Finds the drive for a medium; UserError for a file that is none. */
export async function findDrive(io: ReadIo, medium: MediumWish): Promise<Medium> {
  if (!('file' in medium)) return medium;
  const { file } = medium;
  const stat = await io.stat(file);
  if (stat === undefined) throw new UserError(`there is no medium ${file}`, makeHint);
  if (medium.kind !== 'file') return { kind: medium.kind, file };
  const found =
    stat.kind === 'file'
      ? driveFor((await io.readPart(file, 0, headBytes)) ?? Buffer.alloc(0), stat.sizeBytes)
      : undefined;
  if (found === 'vm disk')
    throw new UserError(`${file} is the disk of a virtual machine`, `Say --medium disk --disk ${file}`);
  if (found) return { kind: found, file };
  throw new UserError(
    `${file} is no medium: it has neither an ISO 9660 filesystem, nor the size of a floppy, nor a boot sector`,
    makeHint,
  );
}

const makeHint =
  'mkautoinstallcd and mkautoinstalldiskette make media; --medium cd=FILE, usb=FILE or floppy=FILE says the drive.';

/** Sector 16 of 2048 bytes has the first volume descriptor (ECMA-119 section 8.1). */
const descriptorAt = 16 * 2048;
const headBytes = descriptorAt + 2048;

/** The drive for a medium with this beginning and this size: a hybrid ISO is a CD, unless somebody says usb=FILE. */
export function driveFor(head: Uint8Array, sizeBytes: number): Drive | 'vm disk' | undefined {
  const text = (at: number, length: number) => Buffer.from(head.subarray(at, at + length)).toString('latin1');
  if (text(0, 4) === 'QFI\xfb') return 'vm disk';
  if (text(descriptorAt + 1, 5) === 'CD001') return 'cd';
  const isBootable = text(510, 2) === '\x55\xaa';
  if (floppyBytes.includes(sizeBytes)) return isBootable ? 'floppy' : undefined;
  // A GUID partition table begins in the second sector of the disk.
  return isBootable || text(512, 8) === 'EFI PART' || text(4096, 8) === 'EFI PART' ? 'usb' : undefined;
}
