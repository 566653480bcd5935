import type { Needs } from '../../common/model/needs.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** One line of the firmware's boot menu. `path` is the device path as efibootmgr(8) -v writes it. */
export type EfiEntry = { number: string; label: string; path: string };

/** The firmware's boot menu: UEFI Specification 2.10, section 3.1. Numbers are four hexadecimal digits, upper case. */
export type EfiMenu = {
  entries: EfiEntry[];
  order: string[];
  /** The entry by which this machine started now. */
  current?: string;
  /** The entry for the next start alone (BootNext). */
  next?: string | undefined;
};

/** The facts on the menu and the disks for a plan. */
export type EfiFacts = {
  menu: EfiMenu;
  /** PARTUUIDs (blkid(8)) of all partitions of this machine, lower case. */
  partuuids: string[];
};

/** The loader that an entry starts. */
export type EfiLoader = {
  label: string;
  /** Its path on the ESP, as EFI/debian/grubx64.efi. */
  file: string;
  /** The ESP, or several if it is mirrored. Sectors are the disk's own. */
  esps: EspPart[];
};

/** Numbers are in sectors of the disk. `signature`: the partition's GUID on GPT, the disk's 8 hexadecimal digits on MBR. */
export type EspPart = {
  disk: AbsPath;
  number: number;
  label: 'gpt' | 'dos';
  signature: string;
  startSector: number;
  sectors: number;
};

export const efiNeeds: Needs = {
  programs: { '/bin/efibootmgr': 'efibootmgr', '/sbin/blkid': 'util-linux' },
  modules: ['efivarfs'],
  kernel: ['EFIVAR_FS', 'EFI_STUB'],
};

/** Reads what efibootmgr(8) -v prints. */
export function parseEfiMenu(text: string): EfiMenu {
  const value = (name: string) => new RegExp(`^${name}: *(\\S+)`, 'm').exec(text)?.[1]?.toUpperCase();
  const entries = [...text.matchAll(/^Boot([0-9A-F]{4})[* ] ([^\t\n]*)(?:\t(.*))?$/gim)].map(
    ([, number = '', label = '', path = '']) => ({ number: number.toUpperCase(), label: label.trim(), path }),
  );
  const current = value('BootCurrent');
  return { entries, order: value('BootOrder')?.split(',') ?? [], ...(current && { current }), next: value('BootNext') };
}

/** Undefined if the kernel cannot reach the firmware's variables (efivarfs, Documentation/filesystems/efivarfs). */
export async function probeEfiMenu(io: ReadIo): Promise<EfiFacts | undefined> {
  if (!(await io.list('/sys/firmware/efi/efivars'))?.length) return undefined;
  const menu = await io.run({ argv: ['efibootmgr', '-v'] });
  if (menu.code !== 0) return undefined;
  const guids = await io.run({ argv: ['blkid', '-o', 'value', '-s', 'PARTUUID'] });
  return { menu: parseEfiMenu(menu.stdout), partuuids: guids.stdout.toLowerCase().split('\n').filter(Boolean) };
}

const onDisk = /HD\(\d+,(?:GPT,|MBR,0x)([0-9a-f-]+),/i;
const onNetwork = /\bMAC\(/i;

/**
 * Gives the installed loader a place in the firmware's menu: the place of its predecessor; else behind the network entry
 * by which the machine started, so that the server still decides first; else the first place. Removes the entries of
 * earlier installations: entries with the same label on a partition that is written anew or no longer exists. A firmware
 * that refuses all changes still finds the removable path.
 */
export function planEfiEntries({ menu, partuuids }: EfiFacts, loader: EfiLoader): Step[] {
  const wanted = loader.esps.map((esp) => ({ esp, node: deviceNode(esp) }));
  const kept = new Set<EfiEntry>();
  const missing = wanted.filter(({ node }) => {
    const there = menu.entries.find((entry) => isEntry(entry, node, loader));
    if (there) kept.add(there);
    return !there;
  });
  const isOld = (entry: EfiEntry) => {
    const signature = onDisk.exec(entry.path)?.[1]?.toLowerCase();
    if (signature === undefined || entry.label !== loader.label || kept.has(entry)) return false;
    const isOurs = loader.esps.some((esp) => esp.signature.toLowerCase() === signature);
    // On MBR a PARTUUID is the disk's signature and the partition's number.
    return isOurs || !partuuids.some((partuuid) => partuuid.startsWith(signature));
  };
  const old = menu.entries.filter(isOld);
  const left = menu.entries.filter((entry) => !old.includes(entry));
  const free = freeNumbers(left);
  const created = missing.map(({ esp }) => ({ esp, number: free.next().value ?? 'FFFF' }));
  const mine = [...[...kept].map((entry) => entry.number), ...created.map(({ number }) => number)];
  const order = orderWith(menu, mine, old);
  const isSame = order.join() === menu.order.join();
  return [
    ...old.map(({ number, label }) =>
      step(`Take the old entry ${number} (${label}) out of the firmware’s menu`, ['--delete-bootnum', '-b', number]),
    ),
    ...created.map(({ esp, number }) =>
      step(`Tell the firmware of the loader on ${esp.disk}: entry ${number} (${loader.label})`, [
        '--create-only',
        '-b',
        number,
        '--disk',
        esp.disk,
        '--part',
        String(esp.number),
        '--label',
        loader.label,
        '--loader',
        `\\${loader.file.replaceAll('/', '\\')}`,
      ]),
    ),
    ...(isSame
      ? []
      : [step(`Give the entry its place in the firmware’s order: ${order.join()}`, ['-o', order.join()])]),
  ];
}

/** The node of a partition in a device path, as efibootmgr writes it. */
function deviceNode({ number, label, signature, startSector, sectors }: EspPart): string {
  const disk = label === 'gpt' ? `GPT,${signature}` : `MBR,0x${signature}`;
  return `HD(${number},${disk},0x${startSector.toString(16)},0x${sectors.toString(16)})`.toLowerCase();
}

function isEntry(entry: EfiEntry, node: string, { label, file }: EfiLoader): boolean {
  const path = entry.path.toLowerCase().replaceAll('\\', '/');
  return entry.label === label && path.startsWith(node) && path.includes(`/${file.toLowerCase()}`);
}

function orderWith(menu: EfiMenu, mine: string[], old: EfiEntry[]): string[] {
  const gone = new Set([...old.map((entry) => entry.number), ...mine]);
  const predecessor = menu.order.findIndex((number) => gone.has(number));
  const rest = menu.order.filter((number) => !gone.has(number));
  const current = menu.entries.find((entry) => entry.number === menu.current);
  const place =
    predecessor >= 0
      ? menu.order.slice(0, predecessor).filter((number) => rest.includes(number)).length
      : current && onNetwork.test(current.path)
        ? rest.indexOf(current.number) + 1
        : 0;
  return rest.toSpliced(place, 0, ...mine);
}

/** Numbers that no entry has, from 0000 on. */
export function* freeNumbers(entries: readonly EfiEntry[]): Generator<string, undefined> {
  const taken = new Set(entries.map((entry) => entry.number));
  for (let number = 0; number < 0xffff; number += 1) {
    const text = number.toString(16).toUpperCase().padStart(4, '0');
    if (!taken.has(text)) yield text;
  }
}

/** efibootmgr ends with small exit codes of its own when the firmware refuses, as for lack of room. */
const refused = Object.fromEntries(
  Array.from({ length: 64 }, (_, code) => [
    code + 1,
    'the firmware does not take the entry, and finds the boot loader by the removable path',
  ]),
);

const step = (why: string, options: string[]): Step => ({
  why,
  kind: 'run',
  argv: ['efibootmgr', '--quiet', ...options],
  ok: refused,
});
