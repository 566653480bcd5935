import type { ReadIo } from '../common/system/io.ts';

/**
 * The program in the first sector of a disk or a partition: a boot loader; `next`: a small program that starts the active partition;
 * `none`: nothing that a BIOS starts.
 */
export type BootCode = 'grub' | 'grub-legacy' | 'lilo' | 'extlinux' | 'next' | 'none' | 'unknown';

const sectorBytes = 512;

/** What the programs that start the active partition say if they fail: mbr.bin and gptmbr.bin of SYSLINUX, and those of DOS and Windows. */
const nextWords = /Operating system load error|Missing operating system|Invalid partition table|Disk error/i;

/** Version 3.2 of the interface between stage1 and stage2 of GRUB 0.9x (stage1.h, COMPAT_VERSION). */
const legacyVersion = '0302';

/** Knows a boot loader by its first sector; by the loaders' own texts and marks, as file(1) does. */
export function bootCode(sector: Buffer): BootCode {
  if (sector.length < sectorBytes || sector.readUInt16BE(510) !== 0x55aa) return 'none';
  const text = sector.toString('latin1');
  // The code area of a disk with a table of partitions alone is empty.
  if (/^\0*$/.test(text.slice(0, 440))) return 'none';
  if (text.slice(6, 10) === 'LILO' || text.slice(2, 6) === 'LILO') return 'lilo';
  if (/GRUB \0Geom\0Hard Disk\0Read\0 Error/.test(text))
    // grub-setup of GRUB 2 keeps the bytes behind the first jump, so the jump counts, too: GRUB 2 jumps farther since 2.00.
    return sector.readUInt8(1) === 0x48 && sector.toString('hex', 0x3e, 0x40) === legacyVersion
      ? 'grub-legacy'
      : 'grub';
  if (/^(SYSLINUX|EXTLINUX)/.test(text.slice(3))) return 'extlinux';
  return nextWords.test(text) ? 'next' : 'unknown';
}

/** Reads the first sector of a device by od(1); `none` if it cannot be read. */
export async function probeBootCode(io: ReadIo, node: string): Promise<BootCode> {
  const exit = await io.run({ argv: ['od', '-An', '-v', '-tx1', `-N${sectorBytes}`, node] });
  return bootCode(Buffer.from(exit.code === 0 ? exit.stdout.replaceAll(/\s/g, '') : '', 'hex'));
}

/** A program of UEFI, by its content. `shim` starts the grub beside it. */
export type EfiProgram = 'systemd-boot' | 'shim' | 'grub' | 'unknown';

/** Knows a boot loader of UEFI by a text that it holds: systemd-boot's own mark, shim's, and the names of functions that grub's modules need. */
export function efiProgram(file: Buffer): EfiProgram {
  if (file.includes('#### LoaderInfo: systemd-boot')) return 'systemd-boot';
  if (file.includes('UEFI SHIM')) return 'shim';
  return file.includes('grub_mod_init') ? 'grub' : 'unknown';
}
