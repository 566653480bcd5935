import { isNeeded, isOptional } from '../../common/model/needed.ts';
import { partName, volumeName } from '../../common/model/layout.ts';
import { specTag } from '../../common/model/layout/mount-spec.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import type { Golden } from './golden.ts';
import { mapperNode } from '../../common/model/device-names.ts';

/** What the golden client uses a device for. */
export type Use = {
  /** Ends a sentence about the device: `is mounted on /srv`. */
  what: string;
  /** False if the machine also starts without the device. */
  isNeeded: boolean;
};

export type Uses = {
  /** All uses of a device, of devices on it, and of devices that are one filesystem with it. */
  of: (device: string) => readonly Use[];
  /** A device, and all devices that it lies on. */
  below: (device: string) => ReadonlySet<string>;
};

/** Finds out what lies on each device: mounts, lines of fstab and swap areas, down to the disks. */
export function readUses(golden: Golden): Uses {
  const below = devicesBelow(golden);
  const uses = new Map<string, Use[]>();
  const add = (device: string, use: Use) => {
    for (const one of below(device)) uses.set(one, [...(uses.get(one) ?? []), use]);
  };
  for (const { device, dir } of golden.mounted)
    add(device, { what: `is mounted on ${dir}`, isNeeded: isNeeded(dir, optionsOf(dir, golden)) });
  for (const line of golden.fstab) {
    const what = line.dir.startsWith('/') ? `is named for ${line.dir} in fstab` : 'is swap';
    for (const device of namedBy(line.spec, golden)) add(device, { what, isNeeded: !isOptional(line.options) });
  }
  for (const device of golden.storage.swaps ?? []) add(device, { what: 'is swap', isNeeded: false });
  return { of: (device) => uses.get(device) ?? [], below };
}

/** The options of a directory's line in fstab. */
export const optionsOf = (dir: string, { fstab }: Golden): string | undefined =>
  fstab.find((line) => line.dir === dir)?.options;

/** Devices that the first field of a line of fstab may mean. */
export function namedBy(spec: string, { devices }: Golden): string[] {
  const found = specTag(spec);
  if (!found) return spec.startsWith('/dev/') ? [spec] : [];
  const { tag, value } = found;
  if (tag === 'ID') return [];
  const key = ({ LABEL: 'label', UUID: 'uuid', PARTLABEL: 'partlabel', PARTUUID: 'partuuid' } as const)[tag];
  const same = (text: string | undefined) =>
    tag.endsWith('UUID') ? text?.toLowerCase() === value.toLowerCase() : text === value;
  return devices.filter((one) => same(one[key])).map((one) => one.path);
}

/** For a device, itself and all devices that it lies on, by lsblk(8), by LVM and mdadm, and by the names of partitions. */
function devicesBelow({ devices, storage, disks, unreadable }: Golden): (device: string) => Set<string> {
  const edges = new Map<string, string[]>();
  const add = (device: string, lower: readonly string[]) => edges.set(device, [...(edges.get(device) ?? []), ...lower]);
  for (const { path, kname, parents } of devices) {
    add(path, parents);
    if (kname !== undefined && kname !== path) add(kname, [path]);
  }
  const { pvs = [], lvs = [] } = storage.lvm ?? {};
  for (const { vg_name: group, lv_name: volume } of lvs) {
    const node = mapperNode(group, volume);
    add(volumeName(group, volume), [node]);
    add(
      node,
      pvs.filter((pv) => pv.vg_name === group).map((pv) => pv.pv_name),
    );
  }
  for (const { device, name, members } of arraysOf(storage)) {
    add(
      device,
      members.map((one) => one.device),
    );
    if (name !== undefined) add(`/dev/md/${name.split(':').at(-1)}`, [device]);
  }
  const twins = Map.groupBy(
    devices.filter((one) => one.fstype === 'btrfs' && one.uuid),
    (one) => one.uuid,
  );
  for (const some of twins.values())
    for (const one of some)
      add(
        one.path,
        some.map((other) => other.path),
      );
  const tables = [...disks, ...(unreadable ?? [])].map((disk) => disk.name);
  const diskOf = (device: string) =>
    tables.filter(
      (disk) => device.startsWith(disk) && partName(disk, Number(/(?<!\d)\d*$/.exec(device)?.[0])) === device,
    );
  return (device) => {
    const found = new Set([device]);
    for (const one of found) for (const lower of [...(edges.get(one) ?? []), ...diskOf(one)]) found.add(lower);
    return found;
  };
}
