import { type Layout, raidMembers, type VolumeGroupWish, volumeName } from '../../common/model/layout.ts';
import { showSize } from '../../common/model/layout/size.ts';
import type { PartState, VolumeState } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Draw, drawArrayUuid } from './draw.ts';
import { leastOfVolume, type Need } from './needs.ts';
import { fitGroup, groupBytes, raidBytes } from './volumes.ts';
import { mapperNode } from '../../common/model/device-names.ts';

/** Arrays and logical volumes with their sizes here, arrays first. */
export function planVolumes(
  layout: Layout,
  parts: Record<string, PartState>,
  need: (device: string) => Need,
  oldUuid: (name: string) => string | undefined,
  draw: Draw,
  sectorBytes: (disk: string) => number,
): Record<string, VolumeState> {
  const volumes: Record<string, VolumeState> = {};
  const sizeOf = (device: string) => parts[device]?.sizeBytes ?? volumes[device]?.sizeBytes ?? 0;
  for (const raid of layout.raids) {
    const sizeBytes = raidBytes(raid, raid.devices.map(sizeOf));
    const needed = need(raid.name);
    if (sizeBytes < needed.bytes)
      throw new UserError(
        `${raid.name} becomes ${showSize(sizeBytes)} here, and ${needed.what} needs ${showSize(needed.bytes)}`,
        'Give the members of the array a larger min= in the script, or use larger disks.',
      );
    volumes[raid.name] = {
      kind: 'raid',
      node: raid.name as VolumeState['node'],
      sizeBytes,
      members: raidMembers(raid),
      uuid: raid.uuid ?? oldUuid(raid.name) ?? drawArrayUuid(draw(`array ${raid.name}`)),
      options: {
        level: String(raid.level),
        metadata: raid.metadata,
        ...(raid.chunkBytes === undefined ? {} : { chunk: String(raid.chunkBytes) }),
        ...(raid.copies === undefined ? {} : { layout: raid.copies }),
        ...(raid.spares === undefined ? {} : { spares: String(raid.spares.length) }),
      },
    };
  }
  for (const group of layout.groups) {
    refuseMixedSectors(group, layout, (name) => sectorBytes(parts[name]?.disk ?? ''));
    const haveBytes = groupBytes(group.devices.map(sizeOf));
    const sizes = fitGroup(group, haveBytes, (volume, name) => {
      const needed = need(name);
      if (volume.sizeBytes !== undefined && needed.bytes > volume.sizeBytes)
        throw new UserError(
          `${name} is ${showSize(volume.sizeBytes)} in the script, and ${needed.what} needs ${showSize(needed.bytes)}`,
          'Give the volume more room in the script.',
        );
      return leastOfVolume(volume, needed);
    });
    if (!(sizes instanceof Map))
      throw new UserError(
        `volume group ${group.name} needs ${showSize(sizes.neededBytes)} for its volumes, and has ${showSize(sizes.haveBytes)} here`,
        'Use larger disks, or give volumes a smaller min= in the script. Nothing was written.',
      );
    for (const volume of group.volumes) {
      const name = volumeName(group.name, volume.name);
      volumes[name] = {
        kind: 'lv',
        node: mapperNode(group.name, volume.name),
        sizeBytes: sizes.get(name) ?? 0,
        members: group.devices,
        group: group.name,
        uuid: '',
        options: {},
      };
    }
  }
  return volumes;
}

/** Refuses early: vgcreate(8) would refuse physical volumes of different logical sectors only after the disks were written. */
function refuseMixedSectors(group: VolumeGroupWish, layout: Layout, sectorBytes: (part: string) => number): void {
  const parts = group.devices.flatMap((name) => layout.raids.find((raid) => raid.name === name)?.devices ?? [name]);
  const sizes = [...new Set(parts.map(sectorBytes))];
  if (sizes.length > 1)
    throw new UserError(
      `volume group ${group.name} would span disks with sectors of ${sizes.join(' and ')} bytes, which LVM refuses`,
      'Name partitions of disks of one kind in the line pv= of the group.',
    );
}
