import { rm } from 'node:fs/promises';
import { run } from '../boot/harness/processes.ts';
import { blankDisk, sizeOf } from './disk.ts';
import { goldenUuids } from './golden.ts';

const sectorBytes = 512;
const mib = 1024 ** 2;

/** Partitions of the golden client's disk, as its fstab names them, in bytes: for grub, an EFI system partition, the root; then swap. */
export const goldenPlaces = { biosBoot: mib, efi: 2 * mib, root: 66 * mib } as const;
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
      `start=${inSectors(goldenPlaces.biosBoot)}, size=${inSectors(mib)}, type="BIOS boot"`,
      `start=${inSectors(goldenPlaces.efi)}, size=${inSectors(goldenPlaces.root - goldenPlaces.efi)}, type=uefi, name="esp"`,
      `start=${inSectors(goldenPlaces.root)}, size=${inSectors(swapStart - goldenPlaces.root)}, type=linux, name="root"`,
      `start=${inSectors(swapStart)}, size=${inSectors(swapBytes)}, type=swap`,
      '',
    ].join('\n'),
  });
  await run(
    [
      'mkfs.vfat',
      '-F',
      '16',
      '--offset',
      inSectors(goldenPlaces.efi),
      '-i',
      goldenUuids.efi.replace('-', ''),
      disk,
      inKib(goldenPlaces.efi, goldenPlaces.root),
    ],
    { env: { PATH: process.env.PATH ?? '' } },
  );
  const root = ['-q', '-F', '-t', 'ext4', '-U', goldenUuids.root, '-L', 'root', '-d', tree];
  await run(['mke2fs', ...root, '-E', `offset=${goldenPlaces.root}`, disk, inKib(goldenPlaces.root, swapStart)], {
    limitMs: 600_000,
  });
  // mkswap knows no offset.
  const swap = await blankDisk(dir, 'swap', `${swapBytes / mib}M`);
  await run(['mkswap', '-q', '-U', goldenUuids.swap, swap]);
  await run([
    'dd',
    `if=${swap}`,
    `of=${disk}`,
    'bs=1M',
    `seek=${swapStart / mib}`,
    'conv=notrunc,sparse',
    'status=none',
  ]);
  await rm(swap);
  return disk;
}
