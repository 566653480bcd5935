import { type ImageFacts, withFiles } from '../../common/model/image-facts.ts';
import { type DiskWish, dosPartUuid, type Layout, partName } from '../../common/model/layout.ts';
import { mountedLines, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { DiskFacts, Machine } from '../../common/model/machine.ts';
import type { DiskState, FilesystemState, MountState, PartState, State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { filesystemOf } from '../filesystems/index.ts';
import { formatUuid } from '../filesystems/shared/uuid.ts';
import { renewText } from '../fstab/renewed.ts';
import { type AssignOptions, assignDisks } from './assign.ts';
import { checkFilesystems } from './check-filesystems.ts';
import { type Draw, drawDosId, drawFrom } from './draw.ts';
import { completeForFirmware } from './firmware.ts';
import { type KeptFacts, keptContent, type ReadableKept, readKept, withTypesOfKept } from './kept.ts';
import { layoutTable } from './layout-table.ts';
import { needsOf } from './needs.ts';
import type { Placement } from './placement.ts';
import { placeAll } from './place-all.ts';
import { planVolumes } from './plan-volumes.ts';
import { renewedUuids, withoutUuids } from './renew.ts';

/** All that decides where a layout lands. */
export type LayoutFacts = {
  layout: Layout;
  layoutSha256: string;
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
 * Maps a layout to this machine: which disk, what the firmware needs besides, how large, under which number and node.
 * Throws UserError with a table where it does not fit. The same facts give the same placement.
 */
export function planLayout(facts: LayoutFacts, before: State): { placement: Placement; say: string } {
  checkFilesystems(facts.layout, facts.unmountable);
  const assigned = assignDisks(facts.layout, facts.machine, facts.options);
  const typed = withTypesOfKept(facts.layout, assigned, facts.kept);
  const { layout: wish, added } = completeForFirmware(typed, facts.machine.firmware);
  const layout = facts.freshUuids ? withoutUuids(wish) : wish;
  const need = needsOf(layout, facts.image && withFiles(facts.image, layout.swapFiles));
  // A layout planned again keeps what was drawn for it: disks may hold it already.
  const old = before.layoutSha256 === facts.layoutSha256 ? before : undefined;
  const draw = drawFrom(facts.seed);

  const extents = placeAll(layout, assigned, need);
  const disks: Placement['disks'] = {};
  const parts: Placement['parts'] = {};
  for (const wish of layout.disks) {
    const disk = assigned.get(wish.name);
    if (!disk) continue;
    const kept = wish.parts.some((part) => part.keep) ? readKept(disk, facts.kept[disk.node]) : undefined;
    disks[wish.name] = diskState(wish, disk, old?.disks[wish.name], kept, draw);
    for (const part of wish.parts) {
      const name = partName(wish.name, part.number);
      const extent = extents.get(name);
      const onDisk = part.keep ? kept?.table.parts.find((one) => one.number === part.number) : undefined;
      if (!extent) continue;
      const text = { type: part.type, name: part.name ?? '', attrs: part.attrs ?? '', bootable: part.bootable };
      parts[name] = {
        disk: wish.name,
        number: part.number,
        ...extent,
        ...text,
        ...(onDisk
          ? { type: onDisk.type, name: onDisk.name ?? '', attrs: onDisk.attrs ?? '', bootable: onDisk.bootable }
          : {}),
        partuuid:
          wish.label === 'dos'
            ? dosPartUuid(disks[wish.name]?.labelId ?? '', part.number)
            : (onDisk?.uuid ??
              part.uuid ??
              old?.parts[name]?.partuuid ??
              formatUuid(draw(`part ${name}`)).toUpperCase()),
        node: partName(disk.node, part.number) as PartState['node'],
        added: added.has(name),
        keep: part.keep,
      };
    }
  }
  const volumes = planVolumes(
    layout,
    parts,
    need,
    (name) => old?.volumes[name]?.uuid,
    draw,
    (disk) => disks[disk]?.sectorBytes ?? 0,
  );
  const nodes = new Map<string, PartState['node']>(
    [...Object.entries(parts), ...Object.entries(volumes)].map(([name, one]) => [name, one.node]),
  );
  const filesystems = layout.filesystems.map((wish): FilesystemState => {
    const before = old?.filesystems.find((one) => one.device === wish.device)?.uuid;
    const node = nodes.get(wish.device) ?? '/dev/null';
    const part = parts[wish.device];
    const disk = assigned.get(part?.disk ?? '');
    const found = part?.keep && disk ? keptContent(wish, node, readKept(disk, facts.kept[disk.node])) : undefined;
    const { options, device, type } = wish;
    const uuid = found?.uuid ?? wish.uuid ?? before ?? filesystemOf(type).formatUuid(draw(`filesystem ${device}`));
    return {
      device,
      node,
      type: filesystemOf(type).name,
      label: found?.label ?? wish.label ?? '',
      uuid,
      options,
      subvolumes: subvolumesOf(layout, device),
      keep: part?.keep ?? false,
    };
  });
  const renewed = renewedUuids(wish, { disks, parts, volumes, filesystems });
  const isMounted = new Set(mountedLines(layout.mounts));
  const mounts = layout.mounts.map((mount): MountState => {
    const { spec, device, dir, type, options, freq, passno } = mount;
    const isUsed = isMounted.has(mount) || filesystems.some((one) => one.device === device && one.type === 'swap');
    const node = device !== undefined && isUsed ? nodes.get(device) : undefined;
    const own = device === undefined ? spec : renewText(spec, renewed);
    return { spec: own, ...(device ? { device } : {}), ...(node ? { node } : {}), dir, type, options, freq, passno };
  });
  const placement: Placement = {
    firmware: facts.machine.firmware,
    disks,
    parts,
    volumes,
    filesystems,
    mounts,
    swapFiles: layout.swapFiles.map(({ path, sizeBytes }) => ({ path: absPath(path), sizeBytes })),
    renewed,
    layoutSha256: facts.layoutSha256,
  };
  return { placement, say: layoutTable(layout, placement, assigned, facts.image) };
}

function diskState(
  wish: DiskWish,
  disk: DiskFacts,
  old: DiskState | undefined,
  kept: ReadableKept | undefined,
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

/** Those of [subvolumes], and those that mounts name with subvol=. */
function subvolumesOf(layout: Layout, device: string): string[] {
  const listed = layout.filesystems.find((one) => one.device === device)?.subvolumes ?? [];
  const mounted = layout.mounts
    .filter((mount) => mount.device === device)
    .flatMap((mount) => subvolumeOf(mount.options) || []);
  return [...new Set([...listed, ...mounted])];
}
