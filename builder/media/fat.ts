import fs from 'node:fs/promises';
import path from 'node:path';
import { readFat } from '../../common/media/fat.ts';
import { emptySums, printSums, sumAll, sumsName } from '../../common/media/sums.ts';
import type { Argv } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { UserError } from '../../common/system/errors.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { readHandle } from './read-handle.ts';
import { place, temporaryFolder } from './staging.ts';

const mib = 1024 ** 2;

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
  /** Where it is a partition: the sectors of the disk in bytes, and how many lie before the partition. */
  partition?: { sectorBytes: 512 | 4096; before: number };
};

/**
 * Makes the filesystem by mtools(1) and syslinux(1), which need no mount, with a SHA256SUMS of all its files, and gives the bytes
 * that stay free.
 */
export async function makeFat(context: BuildContext, wish: FatWish): Promise<number> {
  const { file, kib, seconds, files } = wish;
  const env = { TZ: 'UTC', SOURCE_DATE_EPOCH: String(seconds), MTOOLSRC: '/dev/null' };
  const run = (why: string, ...argv: Argv) => runOrFail(context, { argv, env }, why);
  const copy = (from: AbsPath[]) => run(`Copying to ${file}`, 'mcopy', '-s', '-m', '-n', '-i', file, ...from, '::/');
  const isFloppy = floppySizes.some((one) => one === kib);
  const { sectorBytes, before } = wish.partition ?? { sectorBytes: 512, before: 0 };
  const size = isFloppy ? ['-f', String(kib)] : ['-T', String((kib * 1024) / sectorBytes)];
  // mformat(1): a sector has 2^(S+7) bytes.
  if (wish.partition) size.push('-S', String(Math.log2(sectorBytes) - 7), '-H', String(before));
  await run(`Making the FAT ${file}`, 'mformat', '-C', '-i', file, ...size, '-v', wish.label, '-N', wish.serial, '::');
  if (wish.boots) await run(`Putting SYSLINUX on ${file}`, 'syslinux', '--install', file);
  await using image = await fs.open(file);
  const read = readHandle(image);
  const now = async () => {
    const fat = await readFat(read);
    if (fat) return fat;
    throw new Error(`mformat has made no FAT of ${file}`);
  };
  const { clusterBytes, freeBytes, files: own } = await now();
  const held = (await Promise.all(files.map((at) => heldFiles(at)))).flat();
  const names = held.filter(({ isDir }) => !isDir).map(({ name }) => name);
  const sumsBytes = emptySums([...own.keys(), ...names]).length;
  const needed = [...held.map(({ bytes }) => bytes), sumsBytes]
    .map((bytes) => Math.max(1, Math.ceil(bytes / clusterBytes)) * clusterBytes)
    .reduce((sum, one) => sum + one, 0);
  if (needed > freeBytes)
    throw new UserError(
      `the files of the medium need ${needed} bytes, and ${kib} KiB have room for ${freeBytes}`,
      'Shorten local.cfg, or make a larger medium.',
    );
  if (needed > 64 * mib) context.say(`Copying ${Math.ceil(needed / mib)} MiB into the filesystem ${wish.label}`);
  await copy(files);
  const { files: copied } = await now();
  const lost = names.find((name) => !copied.has(name));
  if (lost !== undefined)
    throw new UserError(
      `a FAT cannot hold the name ${lost}, or holds the name in other letters already`,
      'Give the file another name, of letters, digits, dots, dashes and underscores.',
    );
  await using work = await temporaryFolder();
  await place(
    work.path,
    [{ name: sumsName, content: printSums(await sumAll(read, (await now()).files.values())) }],
    seconds,
  );
  await copy([under(work.path, sumsName)]);
  return (await now()).freeBytes;
}

/** A size for a FAT with files of these lengths: mformat takes clusters of 128 sectors at most, and tables of less than 1 %. */
export function roomBytes(files: readonly number[], sectorBytes: number): number {
  const most = 128 * sectorBytes;
  const held = files.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / most)) * most, 0);
  // The folders, and SHA256SUMS with its line of at most 400 bytes for each file.
  return Math.ceil((held + 64 * most + files.length * 400) * 1.01);
}

/** The sizes of floppies in KiB, as mformat(1) names them. */
export const floppySizes = [1440, 2880] as const;

type HeldFile = { name: string; bytes: number; isDir: boolean };

/** The files and folders at and below a path, by their names from its own name on. */
async function heldFiles(at: AbsPath, name = path.basename(at)): Promise<HeldFile[]> {
  const stat = await fs.stat(at);
  if (!stat.isDirectory()) return [{ name, bytes: stat.size, isDir: false }];
  const names = await fs.readdir(at);
  const inside = await Promise.all(names.map((one) => heldFiles(under(at, one), `${name}/${one}`)));
  return [{ name, bytes: 1, isDir: true }, ...inside.flat()];
}
