import type { DiskWish, Layout } from '../../common/model/layout.ts';
import { type DiskMatch, matches, parseMatch, printMatch } from '../../common/model/layout/match.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import { diskTable } from './disk-table.ts';

/** Settings and options that decide besides the script. */
export type AssignOptions = {
  /** The setting DISKS: `/dev/sda=serial=X` or `/dev/sda=vda`; without a name, for each disk of the script in turn. */
  disks?: string | undefined;
  /** The setting PROTECT: serial numbers of disks that are never touched. */
  protect?: string | undefined;
  /** From the command line: `serial=X` if the script has one disk, `/dev/sda:serial=X` in general. */
  match?: string[];
};

type Pin = { node?: string; match?: DiskMatch; said: string };

/**
 * Finds a disk of this machine for each disk of the script. As many eligible disks as the script names are taken in the
 * order of paths; for another number, --match or DISKS must decide, and the error shows the disks and the line to paste.
 */
export function assignDisks(
  layout: Layout,
  machine: { disks: DiskFacts[] },
  options: AssignOptions,
): Map<string, DiskFacts> {
  const protectedSerials = (options.protect ?? '').split(/[\s,]+/).filter(Boolean);
  const why = (disk: DiskFacts) => ineligible(disk, machine.disks, protectedSerials);
  const usable = machine.disks.filter((disk) => !['protected', 'read-only', 'no medium'].includes(why(disk) ?? ''));
  const refuse = (message: string, hint: string): never => {
    throw new UserError(`${message}\n${diskTable(machine.disks, why)}`, hint);
  };
  const pins = readPins(layout, options);
  const assigned = new Map<string, DiskFacts>();
  for (const wish of layout.disks) {
    const pin = pins.get(wish.name);
    if (!pin) continue;
    const alike = layout.disks.filter((one) => pins.get(one.name)?.said === pin.said);
    const found = usable.filter((disk) => (pin.match ? matches(pin.match, disk) : disk.node === pin.node));
    if (found.length === 0)
      refuse(
        `${wish.name} is to be ${pin.said}, and no disk of this machine is`,
        'Correct the match; PROTECT and read-only disks are never taken.',
      );
    if (found.length !== alike.length)
      refuse(
        `${wish.name} is to be ${pin.said}, and ${found.length} disks are`,
        `Name more of the disk, as: ${pasteLine(wish, found[0], machine.disks)}`,
      );
    const disk = found[alike.indexOf(wish)];
    if (disk && [...assigned.values()].some((other) => other === disk || isSameDisk(other, disk)))
      refuse(`${disk.node} is chosen twice`, 'Let each match mean a disk of its own.');
    if (disk) assigned.set(wish.name, disk);
  }
  const open = layout.disks.filter((wish) => !assigned.has(wish.name));
  const free = machine.disks.filter((disk) => why(disk) === undefined && ![...assigned.values()].includes(disk));
  if (free.length !== open.length) {
    const names = open.map((wish) => wish.name).join(', ');
    const candidate = free[0] ?? usable.find((disk) => ![...assigned.values()].includes(disk));
    const example = open[0] ? pasteLine(open[0], candidate, machine.disks) : '';
    const isShared = candidate !== undefined && (candidate.reserved === true || candidate.origin.kind === 'borrowed');
    if (free.length < open.length)
      refuse(
        `the script needs ${open.length} more disk${open.length > 1 ? 's' : ''} (${names}), and ${free.length === 0 ? 'none is' : `only ${free.length} of them is`} free here`,
        example && free.length === 0
          ? `To take a disk all the same${isShared ? ', once no other machine uses the disk' : ''}, write in the script: ${example}`
          : 'Add a disk, or take one out of the script.',
      );
    if (open.length > 0)
      refuse(
        `the script names ${layout.disks.length} disk${layout.disks.length > 1 ? 's' : ''} (${names}), and this machine has ${free.length} to choose from`,
        `Write in the script which one, as: ${example}`,
      );
  }
  for (const [at, wish] of open.entries()) {
    const disk = free[at];
    if (disk) assigned.set(wish.name, disk);
  }
  return new Map(layout.disks.map((wish) => [wish.name, assigned.get(wish.name)!] as const));
}

/** Why a disk is not taken unless somebody names it; undefined if the disk may be taken. */
function ineligible(
  disk: DiskFacts,
  all: readonly DiskFacts[],
  protectedSerials: readonly string[],
): string | undefined {
  if (disk.bytes === 0) return 'no medium';
  if (disk.serial !== '' && protectedSerials.includes(disk.serial)) return 'protected';
  if (disk.readOnly) return 'read-only';
  if (disk.reserved) return 'reserved by a machine';
  if (disk.origin.kind !== 'own') return disk.origin.why;
  const twin = all.find((other) => other !== disk && isSameDisk(disk, other));
  return twin && `a way to the same disk as ${twin.node}`;
}

/** True for two ways to one disk (multipath): no two disks have the same WWN and serial number. */
function isSameDisk(one: DiskFacts, other: DiskFacts): boolean {
  return one.wwn !== '' && one.wwn === other.wwn && one.serial === other.serial && one.bytes === other.bytes;
}

function readPins(layout: Layout, options: AssignOptions): Map<string, Pin> {
  const pins = new Map<string, Pin>();
  for (const wish of layout.disks)
    if (wish.match) pins.set(wish.name, { match: wish.match, said: printMatch(wish.match) });
  for (const [at, word] of (options.disks ?? '').split(/\s+/).filter(Boolean).entries()) {
    const named = layout.disks.find((wish) => word.startsWith(`${wish.name}=`));
    const wish = named ?? layout.disks[at];
    if (!wish)
      throw new UserError(`DISKS names more disks than the script has (${layout.disks.length})`, 'Correct DISKS.');
    pins.set(wish.name, readPin(named ? word.slice(named.name.length + 1) : word, 'DISKS'));
  }
  for (const text of options.match ?? []) {
    const [, named, rest = ''] = /^(?:(\/dev\/[^:=]+):)?(.*)$/.exec(text) ?? [];
    const wish =
      named === undefined
        ? layout.disks.length === 1 && layout.disks[0]
        : layout.disks.find((one) => one.name === named);
    if (!wish)
      throw new UserError(
        `--match ${text} does not say which disk of the script is meant`,
        `Write --match NAME:KEY=VALUE, with NAME one of ${layout.disks.map((one) => one.name).join(', ')}.`,
      );
    pins.set(wish.name, readPin(rest, '--match'));
  }
  return pins;
}

function readPin(word: string, where: string): Pin {
  if (!word.includes('=')) {
    const node = word.startsWith('/dev/') ? word : `/dev/${word}`;
    return { node, said: node };
  }
  const match = parseMatch(word);
  if ('problem' in match)
    throw new UserError(`${where}: ${match.problem}`, 'Give serial=, wwn=, size=, bus= or path=.');
  return { match, said: printMatch(match) };
}

/** The section line that means only this disk, by the first of the disk's marks that no other disk of this machine has. */
export function pasteLine(
  wish: Pick<DiskWish, 'name'>,
  disk: DiskFacts | undefined,
  all: readonly DiskFacts[],
): string {
  if (!disk) return '';
  const marks: DiskMatch[] = [
    ...(disk.serial && !/[\s,\]]/.test(disk.serial) ? [{ serial: disk.serial }] : []),
    ...(disk.wwn ? [{ wwn: disk.wwn }] : []),
    { sizeBytes: disk.bytes },
    { bus: disk.bus },
    { path: disk.path },
  ];
  const mark = marks.find((one) => all.filter((other) => matches(one, other)).length === 1) ?? { path: disk.path };
  return `[disk ${wish.name} --match ${printMatch(mark)}]`;
}
