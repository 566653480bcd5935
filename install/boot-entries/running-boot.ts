import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { MountFacts } from '../../common/system/mountinfo.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { SecureBoot } from '../../common/model/secure-boot.ts';
import { type DeviceBelow, isDisk, probeBelow } from '../../machine/block-tree.ts';
import { type BootCode, efiProgram, probeBootCode } from '../../machine/boot-code.ts';
import { probeFirmware } from '../../machine/disks.ts';
import { readLoaderText } from '../../machine/efi-variable.ts';
import { probeSecureBoot } from '../../machine/secure-boot.ts';
import { probeMounts } from '../../machine/use.ts';
import { type EfiMenu, probeEfiMenu } from '../bootloaders/efi-entries.ts';

/** The loader that has started the running system, and what tells so. */
export type FoundLoader = { name: 'grub' | 'grub-legacy' | 'lilo' | 'extlinux' | 'systemd-boot'; because: string };

/** How a running machine starts. */
export type RunningBoot = {
  firmware: 'bios' | 'uefi';
  mounts: readonly MountFacts[];
  /** The firmware's menu; undefined on BIOS, or if the kernel cannot reach the firmware's variables. */
  menu: EfiMenu | undefined;
  secureBoot: SecureBoot | undefined;
  /** Where the EFI system partition is mounted. */
  esp: MountFacts | undefined;
  /** Undefined, with the reasons, if nothing tells the loader: nobody guesses. */
  loader: FoundLoader | undefined;
  reasons: string[];
};

/** The mount that holds a path. */
export function mountAt(mounts: readonly MountFacts[], at: AbsPath): MountFacts {
  const isAbove = ({ dir }: MountFacts) => dir === '/' || at === dir || at.startsWith(`${dir}/`);
  const [found] = mounts.filter(isAbove).toSorted((a, b) => b.dir.length - a.dir.length);
  if (!found) throw new UserError('/proc/self/mountinfo names no root', 'Mount /proc.');
  return mounts.findLast(({ dir }) => dir === found.dir) ?? found;
}

/** A path as it is within its filesystem, from the top of it: a subvolume of btrfs stands in front. */
export function pathWithin({ dir, root }: MountFacts, at: AbsPath): AbsPath {
  return under(under('/', root), path.posix.relative(dir, at));
}

/** GUID partition type of EFI system partitions, which a mounted FAT need not have: firmware starts any FAT. */
const espDirs: readonly AbsPath[] = ['/boot/efi', '/efi', '/boot'];

const isFat = ({ type }: MountFacts) => type === 'vfat' || type === 'msdos';

/** Reads how the machine starts. Changes nothing. */
export async function probeRunningBoot(io: ReadIo): Promise<RunningBoot> {
  const firmware = await probeFirmware(io);
  // systemd mounts the partition as somebody looks into the folder (systemd-gpt-auto-generator(8)).
  if (firmware === 'uefi') for (const dir of espDirs) await io.list(dir);
  const mounts = await probeMounts(io);
  const esps = espDirs.flatMap((dir) => mounts.findLast((one) => one.dir === dir && isFat(one)) ?? []);
  const holdsEfi = await Promise.all(esps.map(async ({ dir }) => (await io.list(under(dir, 'EFI'))) !== undefined));
  const esp = esps.find((_, at) => holdsEfi[at]) ?? esps[0];
  // efibootmgr may be missing.
  const menu = firmware === 'uefi' ? (await probeEfiMenu(io).catch(() => undefined))?.menu : undefined;
  const reasons: string[] = [];
  const loader = await (firmware === 'uefi' ? ofUefi(io, menu, esp, reasons) : ofBios(io, mounts, reasons));
  return { firmware, mounts, menu, secureBoot: await probeSecureBoot(io), esp, loader, reasons };
}

/** The file of a device path, as \EFI\debian\shimx64.efi in efibootmgr(8) -v: plain, or within File(…). */
export const fileOf = (devicePath: string): AbsPath | undefined => {
  const [, file] = /\\([^)\n]{1,200}?\.efi)\b/i.exec(devicePath) ?? [];
  return file === undefined ? undefined : `/${file.replaceAll('\\', '/')}`;
};

async function removableFile(io: ReadIo, { dir }: MountFacts): Promise<AbsPath | undefined> {
  const names = (await io.list({ root: dir, path: '/EFI/BOOT' })) ?? [];
  const name = names.find((one) => /^boot(x64|aa64|ia32)\.efi$/i.test(one));
  return name === undefined ? undefined : `/EFI/BOOT/${name}`;
}

async function ofUefi(
  io: ReadIo,
  menu: EfiMenu | undefined,
  esp: MountFacts | undefined,
  reasons: string[],
): Promise<FoundLoader | undefined> {
  const info = await readLoaderText(io, 'LoaderInfo');
  if (info?.startsWith('systemd-boot')) return { name: 'systemd-boot', because: `the loader says that it is ${info}` };
  const entry = menu?.entries.find(({ number }) => number === menu.current);
  // An entry for a disk alone means the removable path (UEFI specification 2.10, 3.5.1.1).
  const file = fileOf(entry?.path ?? '') ?? (entry && esp && (await removableFile(io, esp)));
  if (!esp || file === undefined) {
    reasons.push(esp ? 'the firmware does not tell by which file it started' : 'no EFI system partition is mounted');
    return undefined;
  }
  const at = { root: esp.dir, path: file };
  const program = efiProgram((await io.read(at)) ?? Buffer.alloc(0));
  const because = `the firmware started ${under(at.root, at.path)}`;
  if (program === 'systemd-boot') return { name: program, because };
  if (program === 'grub') return { name: program, because };
  const beside = (await io.list({ root: esp.dir, path: under(at.path, '..') })) ?? [];
  if (program === 'shim' && beside.some((name) => /^grub.*\.efi$/i.test(name))) return { name: 'grub', because };
  reasons.push(`${because}, which is no loader that is known here`);
  return undefined;
}

const loaderOfCode: Partial<Record<BootCode, FoundLoader['name']>> = {
  grub: 'grub',
  'grub-legacy': 'grub-legacy',
  lilo: 'lilo',
  extlinux: 'extlinux',
};

async function ofBios(io: ReadIo, mounts: readonly MountFacts[], reasons: string[]): Promise<FoundLoader | undefined> {
  const sources = new Set([mountAt(mounts, '/boot').source, mountAt(mounts, '/').source]);
  const below: DeviceBelow[] = [];
  for (const source of sources) below.push(...(await probeBelow(io, source)));
  const nodes = (is: (one: DeviceBelow) => boolean) => [...new Set(below.filter(is).map(({ node }) => node))];
  const found: FoundLoader[] = [];
  const look = async (node: string) => {
    const code = await probeBootCode(io, node);
    const name = loaderOfCode[code];
    if (name) found.push({ name, because: `its code is in the first sector of ${node}` });
    else reasons.push(`the first sector of ${node}: ${codeWords[code] ?? code}`);
    return code;
  };
  const codes: BootCode[] = [];
  for (const node of nodes(isDisk)) codes.push(await look(node));
  if (found.length === 0 && codes.some((code) => code === 'next'))
    for (const node of nodes(({ kind }) => kind === 'part')) await look(node);
  const names = new Set(found.map(({ name }) => name));
  if (names.size <= 1) return found[0];
  reasons.push(...found.map(({ name, because }) => `${name}: ${because}`));
  return undefined;
}

const codeWords: Partial<Record<BootCode, string>> = {
  next: 'a program that starts the active partition',
  none: 'nothing that a BIOS starts',
  unknown: 'a program that is not known here',
};
