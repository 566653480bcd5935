import { readFstab } from '../../common/model/fstab.ts';
import type { Mounted } from '../../common/model/mounted.ts';
import type { GoldenRecord, SwapFile } from '../../common/model/storage.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { parseMountinfo } from '../../common/system/mountinfo.ts';
import { readField } from '../../common/system/octal.ts';
import { ask } from './ask.ts';
import type { Device } from './devices.ts';

/** A mount as proc_pid_mountinfo(5) has it. `root` tells bind mounts and subvolumes apart. */
export type MountLine = Mounted & { root: string; devno: string };

/** The mounts with lsblk's name of each device: a kernel that started without an initramfs calls its root /dev/root. */
export function withDevicePaths(mounts: readonly MountLine[], devices: readonly Device[]): MountLine[] {
  return mounts.map((mount) => {
    if (!mount.device.startsWith('/dev/') || devices.some((one) => one.path === mount.device)) return mount;
    const found = devices.find((one) => one['maj:min']?.trim() === mount.devno);
    return found ? { ...mount, device: found.path } : mount;
  });
}

/** The mounts of this machine. */
export async function readMounts(io: ReadIo): Promise<MountLine[]> {
  const mounts = parseMountinfo((await io.readText('/proc/self/mountinfo')) ?? '');
  return mounts.map(({ source, ...others }) => ({ device: source, ...others }));
}

/** What each mounted block device holds; pseudo filesystems have no place in an image. */
export async function readUsed(io: ReadIo, mounts: readonly MountLine[]): Promise<GoldenRecord['used']> {
  // One directory per device: bind mounts and subvolumes show the same numbers again.
  const first = new Map(mounts.toReversed().map((one) => [one.device, one.dir]));
  // Node cannot pass a name that is not UTF-8 to a program.
  const isAsked = ([device, dir]: [string, string]) =>
    device.startsWith('/dev/') && device !== '/dev/fuse' && dir.isWellFormed();
  const dirs = [...first].filter(isAsked).map(([, dir]) => dir);
  if (dirs.length === 0) return [];
  // df ends with 1 if it cannot read one directory, and still lists the others.
  const text = await ask(io, ['df', '--block-size=1', '--output=used,iused,target', ...dirs], [0, 1]);
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, bytes, inodes, dir] = /^\s*(\d+)\s+(\d+|-)\s+(\/.*)$/.exec(line) ?? [];
      return dir === undefined ? [] : [{ dir, bytes: Number(bytes), inodes: Number(inodes) || 0 }];
    });
}

/** The options of each directory's line in fstab(5). */
export const readFstabOptions = (text: string): Map<string, string> =>
  new Map(readFstab(text).flatMap(({ mount }) => (mount ? [[mount.dir, mount.options] as const] : [])));

/** Swap devices, and swap files: an image leaves the files out, and an installation makes them anew. */
export type Swaps = { swaps: string[]; swapFiles: SwapFile[] };

const mib = 1024 ** 2;

/** proc_swaps(5): name, type, size in KiB without the first page, which is not swapped to. */
export function readSwaps(text: string): Swaps {
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/));
  const isFile = ([, type]: string[]) => type === 'file';
  return {
    swaps: rows.filter((row) => !isFile(row)).flatMap(([name]) => name || []),
    swapFiles: rows.filter(isFile).map(([name = '', , kib]) => {
      return { path: readField(name), sizeBytes: Math.ceil((Number(kib) + 1) / 1024) * mib };
    }),
  };
}
