import fs from 'node:fs/promises';
import type { Argv } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { UserError } from '../../common/system/errors.ts';
import { type BuildContext, runOrFail } from '../run.ts';

/** A FAT that fills a whole medium, without a table of partitions. */
export type FatWish = {
  file: AbsPath;
  /** Its size: that of a floppy (1440 or 2880), or any other. */
  kib: number;
  /** At most 11 characters. */
  label: string;
  /** The serial number of the filesystem: 8 hexadecimal digits. */
  serial: string;
  /** The time of everything that has a time in it, in seconds: the same files give the same bytes. */
  seconds: number;
  /** Files and folders that go into its root. */
  files: AbsPath[];
  /** SYSLINUX, which firmware then starts from it. */
  boots: boolean;
};

/** Makes the filesystem by mtools(1) and syslinux(1), which need no mount, and gives the bytes that stay free. */
export async function makeFat(context: BuildContext, wish: FatWish): Promise<number> {
  const { file, kib, seconds, files } = wish;
  const env = { TZ: 'UTC', SOURCE_DATE_EPOCH: String(seconds), MTOOLSRC: '/dev/null' };
  const run = (why: string, ...argv: Argv) => runOrFail(context, { argv, env }, why);
  const free = async () => freeBytes((await run(`Reading ${file}`, 'mdir', '-i', file, '::/')).stdout);
  const isFloppy = floppySizes.some((one) => one === kib);
  const size = isFloppy ? ['-f', String(kib)] : ['-T', String(kib * 2)];
  await run(`Making the FAT ${file}`, 'mformat', '-C', '-i', file, ...size, '-v', wish.label, '-N', wish.serial, '::');
  if (wish.boots) await run(`Putting SYSLINUX on ${file}`, 'syslinux', '--install', file);
  const room = await free();
  const needed = (await Promise.all(files.map(neededBytes))).reduce((sum, one) => sum + one, 0);
  if (needed > room)
    throw new UserError(
      `the files of the medium need ${needed} bytes, and ${kib} KiB have room for ${room}`,
      'Shorten local.cfg, or make a larger medium.',
    );
  await run(`Copying to ${file}`, 'mcopy', '-s', '-m', '-n', '-i', file, ...files, '::/');
  return free();
}

/** The sizes of floppies in KiB, as mformat(1) names them. */
export const floppySizes = [1440, 2880] as const;

/** The bytes of a cluster on small filesystems: at most these. */
const clusterBytes = 2048;

async function neededBytes(at: AbsPath): Promise<number> {
  const stat = await fs.stat(at);
  if (!stat.isDirectory()) return Math.ceil(stat.size / clusterBytes) * clusterBytes;
  const inside = await Promise.all((await fs.readdir(at)).map((name) => neededBytes(under(at, name))));
  return inside.reduce((sum, one) => sum + one, clusterBytes);
}

/** What mdir(1) says at its end, in groups of three digits. */
export function freeBytes(listing: string): number {
  const [, digits] = /((?: ?\d{1,3}){1,5}) bytes free/.exec(listing) ?? [];
  if (digits === undefined) throw new Error(`mdir does not tell the free bytes: ${listing}`);
  return Number(digits.replaceAll(' ', ''));
}
