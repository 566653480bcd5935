import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { blockName } from '../../common/model/device-names.ts';
import { isDisk, probeBelow } from '../../machine/block-tree.ts';
import { efiProgram } from '../../machine/boot-code.ts';
import { type EfiMenu, freeNumbers } from '../bootloaders/efi-entries.ts';
import { type BootEntry, entryTitle, type EntryWay, type Lasts, notChosen, type OneShot } from './boot-entry.ts';
import { flush } from './edit-text.ts';
import { fileOf } from './running-boot.ts';

export type BootNextFacts = {
  esp: AbsPath;
  disk: string;
  part: string;
  menu: EfiMenu;
  /** With Secure Boot: the machine's own shim, as the firmware names the file, which checks our kernel. */
  shim: string | undefined;
};

/** A path on the EFI system partition, as the firmware and the kernel write it. */
const efiPath = (esp: AbsPath, at: AbsPath) => at.slice(esp.length).replaceAll('/', '\\');

/**
 * The options of the entry. The kernel's EFI stub loads each initrd= from the partition that it came from (Linux
 * Documentation/admin-guide/efi-stub.rst). shim takes the first word as the file that it starts, and hands on the rest.
 */
export function loadOptions(
  { esp, shim }: Pick<BootNextFacts, 'esp' | 'shim'>,
  { kernel, initrds, words }: BootEntry,
): string {
  return [
    ...(shim === undefined ? [] : [efiPath(esp, kernel)]),
    ...initrds.map((one) => `initrd=${efiPath(esp, one)}`),
    ...words,
  ].join(' ');
}

const ours = (menu: EfiMenu) => menu.entries.filter(({ label }) => label === entryTitle);

const removeEntries = (menu: EfiMenu): Step[] =>
  ours(menu).map(({ number }) => ({
    why: `Take the entry ${number} out of the firmware’s menu`,
    kind: 'run',
    argv: ['efibootmgr', '--quiet', '--delete-bootnum', '--bootnum', number],
  }));

/** Each start by the firmware's variable BootNext, which the firmware clears before it starts the entry (UEFI 2.10, 3.1.2). */
export const bootNext: EntryWay<BootNextFacts> = {
  name: 'boot-next',

  async probe(io, { firmware, menu, esp, mounts, secureBoot }) {
    if (firmware !== 'uefi') return undefined;
    if (!esp) return 'no EFI system partition is mounted (on /boot/efi, /efi or /boot)';
    const variables = mounts.findLast(({ dir }) => dir === '/sys/firmware/efi/efivars');
    if (!menu || !variables || /(^|,)ro(,|$)/.test(variables.options))
      return 'the variables of the firmware cannot be written, or efibootmgr is missing';
    const below = await probeBelow(io, esp.source);
    const part = below.find(({ kind }) => kind === 'part')?.node;
    const disk = below.find(isDisk)?.node;
    const number = part && (await io.readText(`/sys/class/block/${blockName(part)}/partition`))?.trim();
    if (!disk || !number) return `${esp.source} is no partition of a disk`;
    const started = menu.entries.find((one) => one.number === menu.current)?.path ?? '';
    const file = fileOf(started);
    let shim: string | undefined;
    if (secureBoot?.enforced) {
      const bytes = file && (await io.read({ root: esp.dir, path: file }));
      if (!bytes || efiProgram(bytes) !== 'shim') return 'Secure Boot is on, and no shim has started this machine';
      shim = file?.replaceAll('/', '\\');
    }
    return { esp: esp.dir, disk, part: number, menu, shim };
  },

  folder: ({ esp }) => under(esp, 'EFI/systemimager'),
  oneShot: (): OneShot => ({ isSure: true }),

  add(facts, entry, lasts: Lasts) {
    const { esp, disk, part, menu, shim } = facts;
    const old = ours(menu);
    const left = menu.entries.filter((one) => !old.includes(one));
    const number = freeNumbers(left).next().value ?? 'FFFF';
    const order = menu.order.filter((one) => left.some((entryLeft) => entryLeft.number === one));
    return [
      ...removeEntries(menu),
      {
        why: `Give the firmware the entry ${number}`,
        kind: 'run',
        argv: [
          'efibootmgr',
          '--quiet',
          // Not in the firmware's order: only BootNext leads there.
          '--create-only',
          '--bootnum',
          number,
          '--disk',
          disk,
          '--part',
          part,
          '--label',
          entryTitle,
          '--loader',
          shim ?? efiPath(esp, entry.kernel),
          '--unicode',
          loadOptions(facts, entry),
        ],
      },
      lasts === 'once'
        ? {
            why: 'Choose the entry for the next start alone',
            kind: 'run',
            argv: ['efibootmgr', '--quiet', '--bootnext', number],
          }
        : {
            why: 'Put the entry first in the firmware’s order',
            kind: 'run',
            argv: ['efibootmgr', '--quiet', '--bootorder', [number, ...order].join(',')],
          },
      flush,
    ];
  },

  remove({ menu }) {
    const mine = ours(menu);
    if (mine.length === 0) return [];
    const isNext = mine.some(({ number }) => number === menu.next);
    const forget: Step = {
      why: 'Choose nothing for the next start',
      kind: 'run',
      argv: ['efibootmgr', '--quiet', '--delete-bootnext'],
    };
    return [...(isNext ? [forget] : []), ...removeEntries(menu)];
  },

  check: ({ menu }) => {
    const [entry] = ours(menu);
    if (entry && menu.next !== entry.number && menu.order[0] !== entry.number)
      throw notChosen(`BootNext is ${menu.next ?? 'not set'}`);
    return [
      {
        why: `The firmware has the entry ${entry?.number ?? '(none)'}; BootNext is ${menu.next ?? 'not set'}`,
        kind: 'run',
        argv: ['efibootmgr', '--verbose'],
      },
    ];
  },
};
