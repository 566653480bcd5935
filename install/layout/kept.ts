import { type DiskWish, type FilesystemWish, isExtended, type Layout } from '../../common/model/layout.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import type { BlkidFacts } from '../../machine/blkid.ts';
import { filesystemOf } from '../filesystems/index.ts';

/** What is on a disk with partitions: its table by sfdisk(8), and by node what blkid(8) finds. Or why that cannot be told. */
export type KeptFacts = { table: DiskWish; contents: Record<string, BlkidFacts> } | { problem: string };

/** A disk whose table can be read. */
export type ReadableKept = Extract<KeptFacts, { table: DiskWish }>;

/** What the disks hold of which the layout keeps a partition, by their names in the script; throws where that cannot be told. */
export function keptDisks(
  layout: Layout,
  assigned: ReadonlyMap<string, DiskFacts>,
  facts: Readonly<Record<string, KeptFacts>>,
): Map<string, ReadableKept> {
  const disks = layout.disks.filter(({ parts }) => parts.some((part) => part.keep));
  return new Map(
    disks.flatMap(({ name }) => {
      const disk = assigned.get(name);
      return disk ? [[name, readKept(disk, facts[disk.node])] as const] : [];
    }),
  );
}

function readKept(disk: DiskFacts, kept: KeptFacts | undefined): ReadableKept {
  if (kept && 'table' in kept) return kept;
  throw new UserError(
    `${disk.node} has a partition to keep, and the partition table cannot be read: ${kept?.problem ?? 'it has none'}`,
    'Take keep off, or mend the table with sfdisk(8).',
  );
}

/** What is on a kept partition, where it is what the script says. */
export function keptContent(wish: FilesystemWish, node: string, kept: ReadableKept): BlkidFacts {
  const found = kept.contents[node];
  const isSame = (type: string) => type === filesystemOf(wish.type).name || (isExt(type) && isExt(wish.type));
  if (found && isSame(found.type)) return found;
  throw new UserError(
    `${node} is to be kept as ${wish.type}, and ${found ? `holds ${found.type}` : 'no filesystem is on it'}`,
    'Take keep off to make the filesystem anew, or correct the line in [filesystems].',
  );
}

/** The driver of ext4 mounts all three. */
const isExt = (type: string) => /^ext[234]$/.test(type);

/** The layout with the types that kept partitions have here: one that is an EFI system partition needs no other beside it. */
export function withTypesOfKept(
  layout: Layout,
  assigned: ReadonlyMap<string, DiskFacts>,
  kept: Readonly<Record<string, KeptFacts>>,
): Layout {
  const disks = layout.disks.map((wish): DiskWish => {
    const facts = kept[assigned.get(wish.name)?.node ?? ''];
    if (!facts || !('table' in facts) || facts.table.label !== wish.label) return wish;
    const parts = wish.parts.map((part) => {
      const found = part.keep && facts.table.parts.find((one) => one.number === part.number);
      // Which partition is extended decides how lines are read; it is the script that says so.
      return found && !isExtended(found) && !isExtended(part) ? { ...part, type: found.type } : part;
    });
    return { ...wish, parts };
  });
  return { ...layout, disks };
}
