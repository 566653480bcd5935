import { type DiskWish, isExtended, type Layout, partName, raidMembers } from '../../common/model/layout.ts';
import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Extent, Shortage } from './fit.ts';
import { leastOfVolume, type Need } from './needs.ts';
import { placeDisk } from './place-disk.ts';
import { hasEqualMembers, raidBytes } from './volumes.ts';

/** Places the partitions of all disks, by their names in the script; members of one array shrink together. */
export function placeAll(
  layout: Layout,
  assigned: Map<string, DiskFacts>,
  need: (device: string) => Need,
): Map<string, Extent> {
  const caps = new Map<string, number>();
  for (let round = 0; ; round += 1) {
    const placed = new Map(layout.disks.flatMap((wish) => placeOne(wish, assigned.get(wish.name), need, caps)));
    let changed = false;
    for (const raid of layout.raids.filter(hasEqualMembers)) {
      const members = raidMembers(raid);
      const sizes = members.map((device) => placed.get(device)?.sizeBytes ?? 0);
      if (raidBytes(raid, sizes) === raidBytes(raid, [Math.max(...sizes)])) continue;
      for (const device of members) {
        changed ||= caps.get(device) !== Math.min(...sizes);
        caps.set(device, Math.min(...sizes));
      }
    }
    // Each round fixes the members of an array, so more rounds than arrays change nothing.
    if (!changed || round > layout.raids.length) return placed;
  }
}

function placeOne(
  wish: DiskWish,
  disk: DiskFacts | undefined,
  need: (device: string) => Need,
  caps: Map<string, number>,
): [string, Extent][] {
  if (!disk) return [];
  const lacks: string[] = [];
  const parts = wish.parts.map((part) => {
    const name = partName(wish.name, part.number);
    const cap = caps.get(name);
    const needed = part.keep || isExtended(part) ? { bytes: 0, what: '' } : need(name);
    if (part.sizeBytes !== undefined && needed.bytes > part.sizeBytes)
      lacks.push(
        `${name} is ${showSize(part.sizeBytes)} in the script, and ${needed.what} needs ${showSize(needed.bytes)}`,
      );
    const sizeBytes = cap ?? part.sizeBytes;
    const minBytes = Math.min(leastOfVolume(part, needed), sizeBytes ?? Number.POSITIVE_INFINITY);
    const { sizeBytes: _, ...rest } = part;
    return { ...rest, minBytes, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
  });
  if (lacks.length > 0) throw new UserError(lacks.join('; '), 'Give these partitions more room in the script.');
  const placed = placeDisk(parts, wish.label, disk);
  if (!(placed instanceof Map)) throw tooSmall(wish, disk, placed, parts, need);
  return [...placed].map(([number, extent]) => [partName(wish.name, number), extent]);
}

function tooSmall(
  wish: DiskWish,
  disk: DiskFacts,
  lack: Shortage,
  parts: readonly { number: number; sizeBytes?: number; minBytes: number }[],
  need: (device: string) => Need,
): UserError {
  const rows = parts.map((part) => {
    const name = partName(wish.name, part.number);
    const size = part.sizeBytes === undefined ? 'the rest' : showSize(part.sizeBytes);
    const { what } = need(name);
    return `    ${name}: ${size}, at least ${showSize(part.minBytes)}${what === 'nothing' ? '' : ` (${what})`}`;
  });
  return new UserError(
    `${wish.name} does not fit on ${disk.node} (${showSize(disk.bytes)}): it needs ${showSize(lack.neededBytes)}, there are ${showSize(lack.haveBytes)}\n${rows.join('\n')}`,
    'Use a larger disk, or give partitions a smaller min= in the script. Nothing was written.',
  );
}
