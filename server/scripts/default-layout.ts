import type { ImageFacts } from '../../common/model/image-facts.ts';
import { namesDevice } from '../../common/model/layout/mount-spec.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import type { FilesystemWish, Layout, MountWish, PartWish } from '../../common/model/layout.ts';
import { contentOf, leastBytes, mib } from './sizes.ts';

const disk = '/dev/sda';
/** Room for GRUB's core image on a GPT disk (GRUB manual, BIOS installation). */
const biosBootBytes = mib;
const espBytes = 512 * mib;
const swapBytes = 1024 * mib;

/**
 * A layout for an image without known disks: GPT for BIOS and UEFI, swap, and ext4 on the rest of the first disk. It takes
 * only lines of the image's fstab that need no disk.
 */
export function defaultLayout(facts: ImageFacts, fstab: readonly MountWish[]): Layout {
  const part = (number: number, type: Parameters<typeof partType>[0], more: Partial<PartWish>): PartWish => {
    return { line: 0, number, type: partType(type, 'gpt'), bootable: false, keep: false, ...more };
  };
  const filesystem = (number: number, type: string, label: string): FilesystemWish => {
    return { line: 0, device: `${disk}${number}`, type, label, options: {}, subvolumes: [] };
  };
  const mount = (spec: string, dir: string, type: string, options: string, passno: number): MountWish => {
    return { line: 0, spec, dir, type, options, freq: 0, passno };
  };
  const parts = [
    part(1, 'bios boot', { sizeBytes: biosBootBytes }),
    part(2, 'uefi', { sizeBytes: espBytes }),
    part(3, 'swap', { sizeBytes: swapBytes, minBytes: 0 }),
    part(4, 'linux', { minBytes: leastBytes(contentOf(facts, ['/']), 'ext4') }),
  ];
  return {
    disks: [{ line: 0, name: disk, label: 'gpt', parts }],
    raids: [],
    groups: [],
    filesystems: [filesystem(2, 'vfat', 'EFI'), filesystem(3, 'swap', 'swap'), filesystem(4, 'ext4', 'root')],
    mounts: [
      mount('LABEL=root', '/', 'ext4', 'errors=remount-ro', 1),
      mount('LABEL=EFI', '/boot/efi', 'vfat', 'umask=0077', 1),
      mount('LABEL=swap', 'none', 'swap', 'sw', 0),
      ...fstab.filter((line) => !namesDevice(line) && line.type !== 'swap' && line.dir !== '/'),
    ],
    swapFiles: [],
  };
}
