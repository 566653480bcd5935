import { isMissingPv, notLinear, onMissingPv, raidOf } from '../../common/model/golden-kinds.ts';
import { type DiskWish, type PartWish, raidMembers, type RaidWish, volumeName } from '../../common/model/layout.ts';
import { arraysOf } from '../../common/model/md-array.ts';
import type { FlatDevice } from '../../common/model/storage.ts';
import { mapperNode } from '../../common/model/device-names.ts';
import type { Golden } from './golden.ts';
import type { readUses } from './golden-use.ts';

/** A device of the golden client that a script can make again, by its name in the script. */
export type GoldenDevice = { sizeBytes: number; known?: FlatDevice; disk?: DiskWish; part?: PartWish };

/** A volume group that can be made again, without the sizes of a script. */
export type GoldenGroup = { name: string; devices: string[]; volumes: string[]; isFull: boolean };

/** The devices that were found so far; devices on top of them are found next. */
export type Found = {
  golden: Golden;
  uses: ReturnType<typeof readUses>;
  known: ReadonlyMap<string, FlatDevice>;
  devices: Map<string, GoldenDevice>;
  refused: Map<string, string>;
  remarks: string[];
  nameOf: (device: string) => string;
  /** True for a device on a disk that is no part of the layout. */
  isLeftOut: (device: string) => boolean;
};

/** Adds a device that can be made again, with what storage.json says of its node. */
export function addDevice({ devices, known }: Found, name: string, path: string, device: Omit<GoldenDevice, 'known'>) {
  const found = known.get(path);
  devices.set(name, { ...device, known: found });
}

/** Leaves out a device that lies on a device which is not made again, or on a disk that is left out. */
function leaveOut({ refused, remarks, isLeftOut }: Found, name: string, below: string): void {
  const why = refused.get(below);
  if (isMissingPv(below)) refused.set(name, onMissingPv);
  else if (why !== undefined) refused.set(name, `lies on ${below}, which ${why}`);
  else if (isLeftOut(below)) remarks.push(`Not made again: ${name} lies on ${below}, which is left out`);
  else remarks.push(`Not made again: ${name} lies on ${below}, and partitionschemes does not list ${below}`);
}

/** The arrays of which every member can be made again. */
export function findRaids(found: Found): RaidWish[] {
  const { golden, devices, known, refused, remarks } = found;
  return arraysOf(golden.storage).flatMap((array) => {
    const wish = raidOf(array, found.nameOf);
    if (typeof wish === 'string') {
      refused.set(array.device, wish);
      return [];
    }
    const stranger = raidMembers(wish).find((one) => !devices.has(one));
    if (stranger !== undefined) {
      leaveOut(found, array.device, stranger);
      return [];
    }
    addDevice(found, array.device, array.device, { sizeBytes: known.get(array.device)?.size ?? 0 });
    if (wish.devices.length < array.devices)
      remarks.push(
        `${array.device} lacks members on the golden client: the array gets ${wish.devices.length} members here`,
      );
    return [wish];
  });
}

/** Less free room than this part of a group comes from rounding; more was left free on purpose. */
const fullGroup = 0.01;

/** The volume groups of which something is in use and every physical volume can be made again. */
export function findGroups(found: Found): GoldenGroup[] {
  const { golden, uses, devices, refused, remarks, nameOf } = found;
  const { pvs = [], vgs = [], lvs = [] } = golden.storage.lvm ?? {};
  return [...new Set([...vgs, ...lvs].map((one) => one.vg_name))].flatMap((group) => {
    const own = pvs.filter((pv) => pv.vg_name === group).map((pv) => pv.pv_name);
    if (own.every((pv) => uses.of(pv).length === 0)) {
      remarks.push(`Not made again: the volume group ${group}, because no volume of the group is mounted or in fstab`);
      return [];
    }
    const members = own.map(nameOf);
    const stranger = members.find((one) => !devices.has(one));
    const rows = lvs.filter((lv) => lv.vg_name === group);
    const volumes = [...new Set(rows.map((lv) => lv.lv_name).filter((name) => !name.startsWith('[')))];
    for (const volume of volumes) {
      const name = volumeName(group, volume);
      const segments = rows.filter((lv) => lv.lv_name === volume);
      const why = stranger === undefined ? notLinear(segments) : undefined;
      refused.delete(name);
      if (stranger !== undefined) leaveOut(found, name, stranger);
      else if (why !== undefined) refused.set(name, why);
      else addDevice(found, name, mapperNode(group, volume), { sizeBytes: segments[0]?.lv_size ?? 0 });
    }
    if (stranger !== undefined) return [];
    const bytes = vgs.find((one) => one.vg_name === group)?.vg_size ?? 0;
    const made = volumes.filter((volume) => devices.has(volumeName(group, volume)));
    const taken = made.reduce((sum, one) => sum + (devices.get(volumeName(group, one))?.sizeBytes ?? 0), 0);
    return [{ name: group, devices: members, volumes: made, isFull: bytes - taken < bytes * fullGroup }];
  });
}
