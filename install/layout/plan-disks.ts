import { type DiskWish, dosPartUuid, type Layout, partName } from '../../common/model/layout.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import type { DiskState, PartState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { formatUuid } from '../filesystems/shared/uuid.ts';
import { type Draw, drawDosId } from './draw.ts';
import type { Extent } from './fit.ts';
import type { ReadableKept } from './kept.ts';

/** A completed layout on its way to this machine. `assigned` and `kept` are by the disks' names in the script. */
export type Landing = {
  layout: Layout;
  assigned: ReadonlyMap<string, DiskFacts>;
  kept: ReadonlyMap<string, ReadableKept>;
  /** The target that was planned from the same layout before. */
  old: Target | undefined;
  draw: Draw;
};

/** The disks by their names in the script. */
export function planDisks({ layout, assigned, kept, old, draw }: Landing): Target['disks'] {
  return Object.fromEntries(
    layout.disks.flatMap((wish) => {
      const disk = assigned.get(wish.name);
      return disk ? [[wish.name, planDisk(wish, disk, kept.get(wish.name), old?.disks[wish.name], draw)]] : [];
    }),
  );
}

function planDisk(
  wish: DiskWish,
  disk: DiskFacts,
  kept: ReadableKept | undefined,
  old: DiskState | undefined,
  draw: Draw,
): DiskState {
  if (kept && kept.table.label !== wish.label)
    throw new UserError(
      `${disk.node} has a partition to keep and its label is ${kept.table.label}, not ${wish.label} as in the script`,
      'Take keep off, or correct label:.',
    );
  const purpose = `disk ${wish.name}`;
  const drawn = () => (wish.label === 'gpt' ? formatUuid(draw(purpose)).toUpperCase() : drawDosId(draw(purpose)));
  const { node, devno, bytes, sectorBytes, optimalIoBytes, path, serial, wwn } = disk;
  const labelId = kept?.table.labelId ?? wish.labelId ?? old?.labelId ?? drawn();
  return { node, devno, bytes, sectorBytes, optimalIoBytes, path, serial, wwn, label: wish.label, labelId };
}

/** The partitions at their places, by their names in the script; the disk's table describes a kept partition. */
export function planParts(
  { layout, kept, old, draw }: Landing,
  disks: Target['disks'],
  extents: ReadonlyMap<string, Extent>,
  added: ReadonlySet<string>,
): Target['parts'] {
  const parts: Target['parts'] = {};
  for (const { name: diskName, label, parts: lines } of layout.disks)
    for (const line of lines) {
      const { number, keep } = line;
      const name = partName(diskName, number);
      const [disk, extent] = [disks[diskName], extents.get(name)];
      if (!disk || !extent) continue;
      const onDisk = keep ? kept.get(diskName)?.table.parts.find((one) => one.number === number) : undefined;
      const { type, name: title = '', attrs = '', bootable } = onDisk ?? line;
      const uuid = () =>
        onDisk?.uuid ?? line.uuid ?? old?.parts[name]?.partuuid ?? formatUuid(draw(`part ${name}`)).toUpperCase();
      parts[name] = {
        disk: diskName,
        number,
        ...extent,
        type,
        name: title,
        attrs,
        bootable,
        partuuid: label === 'dos' ? dosPartUuid(disk.labelId, number) : uuid(),
        node: partName(disk.node, number) as PartState['node'],
        added: added.has(name),
        keep,
      };
    }
  return parts;
}
