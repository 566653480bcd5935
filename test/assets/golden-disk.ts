import path from 'node:path';
import { run } from '../boot/harness/processes.ts';
import { blankDisk, sizeOf } from './disk.ts';
import { goldenUuids } from './golden.ts';

const sectorBytes = 512;
const mib = 1024 ** 2;

/** Partitions of the golden client's disk, as its fstab names them: an EFI system partition, the root, swap. */
const starts = { efi: 2 * mib, root: 66 * mib };
const swapBytes = 64 * mib;

/** A disk that holds a golden tree as a running machine has it: GPT, ext4, vfat and swap, with the UUIDs of its fstab. */
export async function goldenDisk(dir: string, tree: string, size: string): Promise<string> {
  const disk = await blankDisk(dir, 'golden', size);
  const swapStart = sizeOf(size) - swapBytes - mib;
  const inSectors = (bytes: number) => String(bytes / sectorBytes);
  const inKib = (from: number, to: number) => String((to - from) / 1024);
  await run(['sfdisk', '-q', disk], {
    stdin: [
      'label: gpt',
      `start=${inSectors(mib)}, size=${inSectors(mib)}, type="BIOS boot"`,
      `start=${inSectors(starts.efi)}, size=${inSectors(starts.root - starts.efi)}, type=uefi, name="esp"`,
      `start=${inSectors(starts.root)}, size=${inSectors(swapStart - starts.root)}, type=linux, name="root"`,
      `start=${inSectors(swapStart)}, size=${inSectors(swapBytes)}, type=swap`,
      '',
    ].join('\n'),
  });
  await run(
    [
      'mkfs.vfat',
      '--offset',
      inSectors(starts.efi),
      '-i',
      goldenUuids.efi.replace('-', ''),
      disk,
      inKib(starts.efi, starts.root),
    ],
    { env: { PATH: process.env.PATH ?? '' } },
  );
  const root = ['-q', '-F', '-t', 'ext4', '-U', goldenUuids.root, '-L', 'root', '-d', tree];
  await run(['mke2fs', ...root, '-E', `offset=${starts.root}`, disk, inKib(starts.root, swapStart)], {
    limitMs: 600_000,
  });
  await run([
    'mkswap',
    '--offset',
    String(swapStart),
    '-U',
    goldenUuids.swap,
    disk,
    inKib(swapStart, swapStart + swapBytes),
  ]);
  return disk;
}

/** A stick without partition table that holds what prepareclient comes in, unpacked. */
export async function clientDisk(dir: string, archive: string): Promise<string> {
  const folder = path.join(dir, 'client');
  await run(['mkdir', folder]);
  await run(['tar', '-xzf', archive, '-C', folder], { limitMs: 120_000 });
  const disk = await blankDisk(dir, 'stick', '256M');
  await run(['mke2fs', '-q', '-F', '-t', 'ext4', '-d', folder, disk], { limitMs: 120_000 });
  return disk;
}
