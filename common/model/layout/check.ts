import { mapperNode } from '../device-names.ts';
import { isExtended, type Layout, type MountWish, partName, partUuid, raidMembers, volumeName } from '../layout.ts';
import type { Draft } from './draft.ts';
import { fitsType, isBind, mayStandAlone, specTag } from './mount-spec.ts';

/** Checks that the sections of a layout fit each other, and finds the filesystem of each mount. */
export function checkTogether(draft: Draft): Layout {
  const { problems, disks, raids, groups, filesystems, mounts, swapFiles } = draft;
  const twice = (what: string, all: { line: number; name: string }[]) => {
    for (const [at, one] of all.entries())
      if (all.findIndex((other) => other.name === one.name) !== at)
        problems.add(one.line, `${what} ${one.name} is given twice`);
  };
  if (disks.length === 0) problems.add(1, 'there is no [disk NAME] section');
  twice('the disk', disks);
  twice('the array', raids);
  twice('the volume group', groups);
  const files = swapFiles.map(({ line, path: name }) => ({ line, name }));
  twice('the swap file', files);

  const parts = new Map(
    disks.flatMap((disk) => disk.parts.map((part) => [partName(disk.name, part.number), part] as const)),
  );
  const devices = new Set([
    ...[...parts].filter(([, part]) => !isExtended(part)).map(([name]) => name),
    ...raids.map((raid) => raid.name),
    ...groups.flatMap((group) => group.volumes.map((one) => volumeName(group.name, one.name))),
  ]);
  refuseSharedIds(draft);
  const users = new Map<string, string>();
  const use = (device: string, user: string, line: number) => {
    if (!devices.has(device)) problems.add(line, `${device} is not in this layout`);
    else if (users.has(device)) problems.add(line, `${device} is used by ${users.get(device)} already`);
    else users.set(device, user);
  };
  const build = (device: string, user: string, line: number) => {
    use(device, user, line);
    if (parts.get(device)?.keep)
      problems.add(line, `${device} is to be kept, and making ${user} on it would destroy what it holds`);
  };
  for (const raid of raids) {
    for (const device of raidMembers(raid)) {
      build(device, raid.name, raid.line);
      if (!parts.has(device)) problems.add(raid.line, `${raid.name}: ${device} is not a partition`);
    }
  }
  for (const group of groups) for (const device of group.devices) build(device, group.name, group.line);
  for (const filesystem of filesystems) {
    filesystem.device = plainVolume(filesystem.device, devices);
    use(filesystem.device, 'another line of [filesystems]', filesystem.line);
  }
  for (const { device, paths, line } of draft.subvolumes) {
    const filesystem = filesystems.find((one) => one.device === plainVolume(device, devices));
    if (!filesystem) problems.add(line, `${device} is not in [filesystems]`);
    else if (filesystem.type !== 'btrfs')
      problems.add(line, `${device} is ${filesystem.type}; only btrfs has subvolumes`);
    else filesystem.subvolumes.push(...paths.filter((path) => !filesystem.subvolumes.includes(path)));
  }
  const layout = { disks, raids, groups, filesystems, mounts, swapFiles };
  for (const mount of mounts) resolveMount(mount, layout, devices, draft);
  return layout;
}

/** The installed system finds its disks by these identifiers; a copied line repeats the identifiers of another line. */
function refuseSharedIds({ problems, disks, filesystems }: Draft): void {
  const seen = new Set<string>();
  const once = (what: string, id: string | undefined, line: number) => {
    if (id === undefined) return;
    const key = `${what}${id.toLowerCase()}`;
    if (seen.has(key)) problems.add(line, `${what}${id} is that of another line already`);
    seen.add(key);
  };
  for (const disk of disks) {
    once('label-id: ', disk.labelId, disk.line);
    for (const part of disk.parts) once('uuid=', part.uuid, part.line);
  }
  for (const filesystem of filesystems) once(`${filesystem.type} uuid=`, filesystem.uuid, filesystem.line);
}

/** /dev/mapper/vg0-root is /dev/vg0/root. */
function plainVolume(device: string, devices: ReadonlySet<string>): string {
  return (
    [...devices].find((one) => {
      const [, , group = '', volume] = one.split('/');
      return volume !== undefined && device === mapperNode(group, volume);
    }) ?? device
  );
}

function resolveMount(mount: MountWish, layout: Layout, devices: ReadonlySet<string>, { problems }: Draft): void {
  const { spec, type, line } = mount;
  if (isBind(mount.options)) return;
  const { tag, value = '' } = specTag(spec) ?? {};
  const found = tag ? byTag(tag, value, layout) : plainVolume(spec, devices);
  const filesystem = layout.filesystems.find((one) => one.device === found);
  const refuse = (problem: string) => {
    if (!mayStandAlone(mount)) problems.add(line, problem);
  };
  if (tag === 'LABEL' && layout.filesystems.filter((one) => one.label === value).length > 1)
    return refuse(`${spec} may mean several filesystems of this layout`);
  if (!filesystem)
    return refuse(`no line of [filesystems] makes ${spec}; write noauto or nofail where the mount may be missing`);
  if (!fitsType(type, filesystem.type))
    return refuse(`${spec} is ${filesystem.type} in [filesystems], and ${type} here`);
  const [, id] = /(?:^|,)subvolid=([^,]*)/.exec(mount.options) ?? [];
  // 5 and 0 are the top of every btrfs (btrfs(5)).
  if (filesystem.type === 'btrfs' && id !== undefined && !/^0*[05]$/.test(id))
    problems.add(line, `subvolid=${id} is the number of another machine's subvolume: say subvol=PATH`);
  if (!mount.dir.isWellFormed()) problems.add(line, `${mount.dir} is not UTF-8: no program can be given it`);
  mount.device = filesystem.device;
}

function byTag(tag: string, value: string, layout: Layout): string | undefined {
  if (tag === 'LABEL') return layout.filesystems.find((one) => one.label === value)?.device;
  if (tag === 'UUID') return layout.filesystems.find((one) => one.uuid?.toLowerCase() === value.toLowerCase())?.device;
  for (const disk of layout.disks)
    for (const part of disk.parts)
      if (tag === 'PARTLABEL' ? part.name === value : partUuid(disk, part) === value.toLowerCase())
        return partName(disk.name, part.number);
  return undefined;
}
