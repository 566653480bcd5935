import { type ImageFacts, withFiles } from '../../common/model/image-facts.ts';
import type { Layout } from '../../common/model/layout.ts';
import type { Machine } from '../../common/model/machine.ts';
import type { Target } from '../../common/model/target.ts';
import { absPath } from '../../common/system/place.ts';
import { type AssignOptions, assignDisks } from './assign.ts';
import { checkFilesystems } from './check-filesystems.ts';
import { drawFrom } from './draw.ts';
import { completeForFirmware } from './firmware.ts';
import { type KeptFacts, keptDisks, withTypesOfKept } from './kept.ts';
import { layoutTable } from './layout-table.ts';
import { needsOf } from './needs.ts';
import { placeAll } from './place-all.ts';
import { planDisks, planParts } from './plan-disks.ts';
import { planFilesystems, planMountLines } from './plan-filesystems.ts';
import { planVolumes } from './plan-volumes.ts';
import { renewedUuids, withoutUuids } from './renew.ts';

/** All facts that decide how a layout fits onto this machine. */
export type LayoutFacts = {
  layout: Layout;
  machine: Machine;
  options: AssignOptions;
  /** Undefined if no image is named yet. */
  image: ImageFacts | undefined;
  /** 32 random bytes, from which UUIDs are drawn. */
  seed: Uint8Array;
  /** By node, for disks with partitions if the layout keeps a partition. */
  kept: Record<string, KeptFacts>;
  /** Names of filesystems that this kernel cannot mount. */
  unmountable?: readonly string[];
  /** Draw all UUIDs anew, also those that the script gives. */
  freshUuids?: boolean;
};

/**
 * Maps a layout to this machine: disks, additions for the firmware, sizes, numbers and nodes. Throws UserError with a table if
 * the layout does not fit. The same facts give the same target. If `old` was planned from the same layout before, its drawn UUIDs
 * stay, because the disks may hold these already.
 */
export function planLayout(facts: LayoutFacts, old?: Target): { target: Target; say: string } {
  checkFilesystems(facts.layout, facts.unmountable);
  const { firmware } = facts.machine;
  const assigned = assignDisks(facts.layout, facts.machine, facts.options);
  const typed = withTypesOfKept(facts.layout, assigned, facts.kept);
  const { layout: scripted, added } = completeForFirmware(typed, firmware);
  const layout = facts.freshUuids ? withoutUuids(scripted) : scripted;
  const need = needsOf(layout, facts.image && withFiles(facts.image, layout.swapFiles));
  const draw = drawFrom(facts.seed);
  const extents = placeAll(layout, assigned, need);
  const landing = { layout, assigned, kept: keptDisks(layout, assigned, facts.kept), old, draw };

  const disks = planDisks(landing);
  const parts = planParts(landing, disks, extents, added);
  const volumes = planVolumes(
    layout,
    parts,
    need,
    (name) => old?.volumes[name]?.uuid,
    draw,
    (disk) => disks[disk]?.sectorBytes ?? 0,
  );
  const filesystems = planFilesystems(landing, { parts, volumes });
  const renewed = renewedUuids(scripted, { disks, parts, volumes, filesystems });
  const mounts = planMountLines(layout, { parts, volumes, filesystems, renewed });
  const swapFiles = layout.swapFiles.map(({ path, sizeBytes }) => ({ path: absPath(path), sizeBytes }));
  const target: Target = { firmware, disks, parts, volumes, filesystems, mounts, swapFiles, renewed };
  return { target, say: layoutTable(layout, target, assigned, facts.image) };
}
