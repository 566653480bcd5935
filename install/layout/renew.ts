import { type Layout, partName, partUuid } from '../../common/model/layout.ts';
import type { Target } from '../../common/model/target.ts';
import type { Renewed } from '../fstab/renewed.ts';

/** The layout without UUIDs, so that all are drawn anew, except UUIDs of kept partitions and filesystems. */
export function withoutUuids(layout: Layout): Layout {
  const kept = new Set(
    layout.disks.flatMap((disk) =>
      disk.parts.filter((part) => part.keep).map((part) => partName(disk.name, part.number)),
    ),
  );
  const bare = <T extends { uuid?: string; labelId?: string }>(one: T): T => {
    const copy = { ...one };
    delete copy.uuid;
    delete copy.labelId;
    return copy;
  };
  return {
    ...layout,
    disks: layout.disks.map((disk) => ({
      ...bare(disk),
      parts: disk.parts.map((part) => (part.keep ? part : bare(part))),
    })),
    raids: layout.raids.map(bare),
    filesystems: layout.filesystems.map((one) => (kept.has(one.device) ? one : bare(one))),
  };
}

/** The UUIDs of the script that this machine replaces: old → new. */
export function renewedUuids(wish: Layout, here: Pick<Target, 'disks' | 'parts' | 'volumes' | 'filesystems'>): Renewed {
  const renewed: Renewed = {};
  const add = (old: string | undefined, fresh: string | undefined) => {
    if (old && fresh && old.toLowerCase() !== fresh.toLowerCase()) renewed[old] = fresh;
  };
  for (const disk of wish.disks) {
    add(disk.labelId, here.disks[disk.name]?.labelId);
    for (const part of disk.parts) add(partUuid(disk, part), here.parts[partName(disk.name, part.number)]?.partuuid);
  }
  for (const raid of wish.raids) add(raid.uuid, here.volumes[raid.name]?.uuid);
  for (const one of wish.filesystems) add(one.uuid, here.filesystems.find((made) => made.device === one.device)?.uuid);
  return renewed;
}
