import { type ImageFacts, withFiles } from '../../common/model/image-facts.ts';
import { type FilesystemWish, type Layout, type MountWish, partUuid } from '../../common/model/layout.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import { UserError } from '../../common/system/errors.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { Golden } from './golden.ts';
import { type GoldenDevices, goldenDevices, lineMeans } from './golden-devices.ts';
import { sizedDisk, sizedGroup, type Used } from './golden-sizes.ts';

/** Mount points of the golden client that lie on its disks, for asking what the image holds there. */
export function goldenMountDirs(golden: Golden): string[] {
  const used = devicesInUse(golden, goldenDevices(golden));
  return [...new Set(['/', ...used.flatMap((one) => (one.dir === undefined ? [] : [one.dir]))])];
}

/** Which device holds what: from mounted_filesystems, storage.json, and the type of swap partitions. */
function devicesInUse(golden: Golden, { devices, refused, nameOf }: GoldenDevices): Used[] {
  return [...devices].flatMap(([device, { known, disk, part }]): Used[] => {
    const mounted = golden.mounted.find((one) => nameOf(one.device) === device);
    const isSwap = disk !== undefined && part?.type === partType('swap', disk.label);
    const type = mounted?.type ?? known?.fstype ?? (isSwap ? 'swap' : undefined);
    // What is not mounted and of no type that mkfs could make is no filesystem of ours: a member, another system's.
    if (type === undefined || (!mounted && (!findFilesystem(type) || refused.has(device)))) return [];
    return [{ device, type, ...(mounted ? { dir: mounted.dir } : {}) }];
  });
}

/** Stops where something that is in use cannot be made again, and names it. */
function refuse(golden: Golden, { refused, nameOf, devices }: GoldenDevices): void {
  const isOptional = (line: MountWish) => /(^|,)(noauto|nofail)(,|$)/.test(line.options);
  const inUse = [
    ...golden.mounted.map((one) => ({ device: one.device, dir: one.dir })),
    ...golden.fstab.filter((line) => !isOptional(line)).map((line) => ({ device: line.spec, dir: line.dir })),
  ];
  for (const { device, dir } of inUse) {
    const why = refused.get(nameOf(device));
    if (why === undefined) continue;
    const use = dir.startsWith('/') ? `mounted on ${dir}` : 'used as swap';
    throw new UserError(`${nameOf(device)}, ${use} on the golden client, ${why}: this is not made again`, byHand);
  }
  const root = golden.mounted.find((one) => one.dir === '/')?.device;
  const said = root ?? golden.fstab.find((one) => one.dir === '/')?.spec;
  if (root !== undefined && devices.has(nameOf(root))) return;
  throw new UserError(
    `the image's root filesystem lies on ${said ?? 'an unknown device'}, of which its partitionschemes and storage.json say nothing`,
    `Run prepareclient on the golden client again, and take the image anew. ${byHand}`,
  );
}

const byHand = 'Or write the script by hand: docs/layout.md shows every key.';

/** The line of fstab that means this device: by device, UUID or label, by directory, or the only swap there is. */
function fstabLineOf(used: Used, golden: Golden, found: GoldenDevices, all: readonly Used[]): MountWish | undefined {
  const bySpec = golden.fstab.find((line) => lineMeans(line, used.device, found));
  if (bySpec) return bySpec;
  if (used.type !== 'swap') return golden.fstab.find((line) => line.dir === used.dir);
  const isFile = (line: MountWish) => line.spec.startsWith('/') && !line.spec.startsWith('/dev/');
  const swaps = golden.fstab.filter((line) => line.type === 'swap' && !isFile(line));
  return swaps.length === 1 && all.filter((one) => one.type === 'swap').length === 1 ? swaps[0] : undefined;
}

function filesystemOf(used: Used, golden: Golden, found: GoldenDevices, line: MountWish | undefined): FilesystemWish {
  const known = found.devices.get(used.device)?.known;
  const tagged = (tag: string) => (line?.spec.startsWith(`${tag}=`) ? line.spec.slice(tag.length + 1) : undefined);
  const label = known?.label ?? tagged('LABEL');
  const uuid = known?.uuid ?? tagged('UUID');
  const subvolumes = golden.fstab
    .filter((one) => line !== undefined && one.spec === line.spec && used.type === 'btrfs')
    .flatMap((one) => /(?:^|,)subvol=\/?([^,]+)/.exec(one.options)?.[1] ?? []);
  const made = golden.storage.filesystems?.find((one) => found.nameOf(one.device) === used.device);
  return {
    line: 0,
    device: used.device,
    type: used.type,
    ...(label ? { label } : {}),
    ...(uuid ? { uuid } : {}),
    options: findFilesystem(used.type)?.optionsLike?.({ ...made, version: known?.fsver ?? '' }) ?? {},
    subvolumes: [...new Set(subvolumes)],
  };
}

const withoutDevice = new Set(['tmpfs', 'proc', 'sysfs', 'devpts', 'nfs', 'nfs4', 'cifs', 'overlay', 'none', 'bind']);

/** The golden client's layout as a script wishes for it. `remarks` tell what of its fstab has no place there. */
export function goldenLayout(golden: Golden, facts: ImageFacts): { layout: Layout; remarks: string[] } {
  const found = goldenDevices(golden);
  refuse(golden, found);
  const all = devicesInUse(golden, found);
  const lines = new Map(all.map((used) => [used.device, fstabLineOf(used, golden, found, all)]));
  const filesystems = all.map((used) => filesystemOf(used, golden, found, lines.get(used.device)));
  const isOurs = (line: MountWish) =>
    [...lines.values()].some((one) => one?.spec === line.spec) || filesystems.some((one) => one.device === line.spec);
  const swapFiles = (golden.storage.swapFiles ?? []).filter((one) =>
    golden.fstab.some((line) => line.type === 'swap' && line.spec === one.path),
  );
  const isSwapFile = (line: MountWish) => swapFiles.some((one) => one.path === line.spec);
  const mayStay = (line: MountWish) =>
    isOurs(line) ||
    isSwapFile(line) ||
    withoutDevice.has(line.type) ||
    /(^|,)(noauto|nofail|r?bind)(,|$)/.test(line.options);
  const fromFstab = golden.fstab.filter(mayStay).map((line): MountWish => {
    const used = all.find((one) => lines.get(one.device) === line);
    if (used === undefined) return line;
    const made = filesystems.find((one) => one.device === used.device);
    const { disk, part } = found.devices.get(used.device) ?? {};
    const known = [
      used.device,
      `UUID=${made?.uuid}`,
      `LABEL=${made?.label}`,
      `PARTLABEL=${part?.name}`,
      `PARTUUID=${disk && part && partUuid(disk, part)}`,
    ];
    const isVolume = line.spec.startsWith('/dev/mapper/') && found.nameOf(line.spec) === used.device;
    // Some other name of the device, as /dev/disk/by-path/…: the script says the plain one.
    return known.includes(line.spec) || isVolume ? line : { ...line, spec: used.device };
  });
  const unlisted = all
    .filter((used) => lines.get(used.device) === undefined && (used.dir !== undefined || used.type === 'swap'))
    .map((used): MountWish => {
      const { device: spec, type, dir = 'none' } = used;
      const isRoot = dir === '/';
      return {
        line: 0,
        spec,
        dir,
        type,
        options: type === 'swap' ? 'sw' : 'defaults',
        freq: 0,
        passno: isRoot ? 1 : 0,
      };
    });
  const sizes = { found, used: all, facts: withFiles(facts, swapFiles) };
  const volumes = { raids: found.raids, groups: found.groups.map((group) => sizedGroup(group, sizes)) };
  const disks = found.disks.map((disk) => sizedDisk(disk, volumes, sizes));
  return {
    layout: {
      disks,
      ...volumes,
      filesystems,
      mounts: [...fromFstab, ...unlisted],
      swapFiles: swapFiles.map((one) => ({ line: 0, ...one })),
    },
    remarks: [
      ...found.remarks,
      ...[...found.refused].map(([device, why]) => `Not made again, and not in use: ${device} ${why}`),
      ...golden.fstab
        .filter((line) => !mayStay(line))
        .map((line) => `Not in the layout, for its device is unknown: ${line.spec} on ${line.dir}`),
    ],
  };
}
