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

/** All that decides where a layout lands. */
export type LayoutFacts = {
  layout: Layout;
  machine: Machine;
  options: AssignOptions;
  /** Undefined where no image is named yet. */
  image: ImageFacts | undefined;
  /** 32 random bytes, from which UUIDs are drawn. */
  seed: Uint8Array;
  /** By node, for disks with partitions where the layout keeps one. */
  kept: Record<string, KeptFacts>;
  /** Names of filesystems that this kernel cannot mount. */
  unmountable?: readonly string[];
  /** Draw all UUIDs anew, also those that the script gives. */
  freshUuids?: boolean;
};

/**
 * Maps a layout to this machine: which disk, what the firmware needs besides, how large, under which number and node. Throws UserError
 * with a table where it does not fit. The same facts give the same target; one that `old` says was planned from the same layout before
 * keeps the UUIDs that were drawn for it, since the disks may hold them already.
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
