import { type DiskWish, type FilesystemWish, isExtended, type Layout } from '../../common/model/layout.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import type { BlkidFacts } from '../../machine/blkid.ts';
import { filesystemOf } from '../filesystems/index.ts';

/** A disk with partitions: its table by sfdisk(8), and the contents that blkid(8) finds, by node. Or why it cannot be read. */
export type KeptFacts = { table: DiskWish; contents: Record<string, BlkidFacts> } | { problem: string };

/** A disk whose table can be read. */
export type ReadableKept = Extract<KeptFacts, { table: DiskWish }>;

/** The facts of disks with a partition to keep, by their names in the script; throws if such a table cannot be read. */
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

/** The content of a kept partition; throws if the content is not of the script's type. */
export function keptContent(wish: FilesystemWish, node: string, kept: ReadableKept): BlkidFacts {
  const found = kept.contents[node];
  const isSame = (type: string) => type === filesystemOf(wish.type).name || (isExt(type) && isExt(wish.type));
  if (found && isSame(found.type)) return found;
  throw new UserError(
    `${node} is to be kept as ${wish.type}, and ${found ? `holds ${found.type}` : 'no filesystem is on it'}`,
    'Take keep off to make the filesystem anew, or correct the line in [filesystems].',
  );
}

/** The driver of ext4 mounts all three types. */
const isExt = (type: string) => /^ext[234]$/.test(type);

/** The layout with the types that kept partitions have here: beside a kept EFI system partition, no second one is needed. */
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
      // The lines are read by the script's extended partition, so that type is the script's.
      return found && !isExtended(found) && !isExtended(part) ? { ...part, type: found.type } : part;
    });
    return { ...wish, parts };
  });
  return { ...layout, disks };
}
