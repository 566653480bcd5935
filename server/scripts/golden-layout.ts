import { type ImageFacts, withFiles } from '../../common/model/image-facts.ts';
import { specTag, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { FilesystemWish, Layout, MountWish } from '../../common/model/layout.ts';
import { leastSwapFileBytes } from '../../common/model/layout/parse-swapfile.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';
import type { Golden } from './golden.ts';
import { type GoldenDevices, goldenDevices } from './golden-devices.ts';
import { comesBackEmpty } from './golden-empty.ts';
import { defaultSubvolume, lineForScript, lineRemarks, mayStay } from './fstab-for-script.ts';
import { type FstabLine, readLines } from './golden-fstab.ts';
import { refuseWhatIsNotMade } from './golden-refuse.ts';
import { sizedDisk, sizedGroup, type Used } from './golden-sizes.ts';

/** Mount points on the golden client's disks, for asking what the image holds there. */
export function goldenMountDirs(golden: Golden): string[] {
  const used = devicesInUse(golden, goldenDevices(golden));
  return [...new Set(['/', ...used.flatMap((one) => one.dirs)])];
}

/** The devices in use and their content: from mounted_filesystems, storage.json, and the type of swap partitions. */
function devicesInUse(golden: Golden, { devices, refused, nameOf }: GoldenDevices): Used[] {
  const named = new Set(golden.fstab.map((line) => line.dir));
  return [...devices].flatMap(([device, { known, disk, part }]): Used[] => {
    const mounts = golden.mounted.filter((one) => nameOf(one.device) === device);
    const [mounted] = mounts;
    const isSwap = disk !== undefined && part?.type === partType('swap', disk.label);
    const type = mounted?.type ?? known?.fstype ?? (isSwap ? 'swap' : undefined);
    // A type that no mkfs here makes is no filesystem of ours: it is a member, or of another system.
    if (type === undefined || !findFilesystem(type) || (!mounted && refused.has(device))) return [];
    // Other mounts in fstab are subvolumes of one btrfs; mounts that are not in fstab, as of containers, show the same files.
    return [{ device, type, dirs: mounts.map((one) => one.dir).filter((dir, at) => at === 0 || named.has(dir)) }];
  });
}

function filesystemOf(used: Used, golden: Golden, found: GoldenDevices, lines: readonly FstabLine[]): FilesystemWish {
  const known = found.devices.get(used.device)?.known;
  const own = lines.filter((one) => one.used === used).map(({ line }) => line);
  const tagged = (tag: string) => own.map((line) => specTag(line.spec)).find((one) => one?.tag === tag)?.value;
  const label = known?.label ?? tagged('LABEL');
  const uuid = known?.uuid ?? tagged('UUID');
  const made = golden.storage.filesystems?.find((one) => found.nameOf(one.device) === used.device);
  const isBtrfs = used.type === 'btrfs';
  const first = isBtrfs ? defaultSubvolume(lines, used.device, golden) : undefined;
  const named = own.flatMap((line) => subvolumeOf(lineForScript({ line, used }, golden, found).options) || []);
  return {
    line: 0,
    device: used.device,
    type: used.type,
    label: label?.isWellFormed() && label !== '' ? label : undefined,
    uuid: uuid || undefined,
    options: {
      ...findFilesystem(used.type)?.optionsLike?.({ ...made, version: known?.fsver ?? '' }),
      ...(first === undefined ? {} : { 'default-subvolume': first }),
    },
    subvolumes: isBtrfs ? [...new Set(named)] : [],
  };
}

/** Of filesystems that were copied block by block, only the mounted one keeps the UUID. */
function withoutSharedUuids(filesystems: readonly FilesystemWish[], all: readonly Used[]): FilesystemWish[] {
  const isMounted = ({ device }: FilesystemWish) => all.some((one) => one.device === device && one.dirs.length > 0);
  const owner = (uuid: string) => {
    const twins = filesystems.filter((one) => one.uuid === uuid);
    return twins.find(isMounted) ?? twins[0];
  };
  return filesystems.map((one) => {
    const { uuid, ...others } = one;
    return uuid === undefined || owner(uuid) === one ? one : others;
  });
}

/** True if a line of fstab is for the device; the line of the root must be for / itself. */
const isListed = (used: Used, lines: readonly FstabLine[]) =>
  lines.some((one) => one.used === used && (one.line.dir === '/' || !used.dirs.includes('/')));

/** Mounts and swap areas that no line of fstab names: systemd finds them by their types, or a unit mounts them. */
function unlisted({ device: spec, type, dirs }: Used): MountWish {
  const dir = dirs.includes('/') ? '/' : (dirs[0] ?? 'none');
  const options = type === 'swap' ? 'sw' : 'defaults';
  return { line: 0, spec, dir, type, options, freq: 0, passno: dir === '/' ? 1 : 0 };
}

/** The golden client's layout for a script. `remarks` tell what is not made again, or made differently. */
export function goldenLayout(golden: Golden, facts: ImageFacts): { layout: Layout; remarks: string[] } {
  const found = goldenDevices(golden);
  refuseWhatIsNotMade(golden, found);
  const all = devicesInUse(golden, found);
  const lines = readLines(golden, found, all);
  const filesystems = withoutSharedUuids(
    all.map((used) => filesystemOf(used, golden, found, lines)),
    all,
  );
  const swapFiles = (golden.storage.swapFiles ?? []).filter(
    ({ path, sizeBytes }) =>
      sizeBytes >= leastSwapFileBytes && golden.fstab.some((line) => line.type === 'swap' && line.spec === path),
  );
  const mounts = [
    ...lines.filter((one) => mayStay(one, golden, found)).map((one) => lineForScript(one, golden, found)),
    ...all.filter((used) => !isListed(used, lines) && (used.dirs.length > 0 || used.type === 'swap')).map(unlisted),
  ];
  const sizes = { found, used: all, facts: withFiles(facts, swapFiles) };
  const volumes = { raids: found.raids, groups: found.groups.map((group) => sizedGroup(group, sizes)) };
  const disks = found.disks.map((disk) => sizedDisk(disk, volumes, sizes));
  return {
    layout: {
      disks,
      ...volumes,
      filesystems,
      mounts,
      swapFiles: swapFiles.map((one) => ({ line: 0, ...one })),
    },
    remarks: [
      ...found.remarks,
      ...comesBackEmpty(golden, found, all),
      ...[...found.refused].map(([device, why]) => {
        const mount = golden.mounted.find((one) => found.nameOf(one.device) === device);
        if (all.some((used) => used.device === device))
          return `${device} ${why} on the golden client: here the filesystem is made on ${device} alone`;
        return mount
          ? `Not made again: ${device}, mounted on ${mount.dir}, ${why}`
          : `Not made again, and not in use: ${device} ${why}`;
      }),
      ...[...found.devices].flatMap(([device, { known }]) =>
        known?.label?.isWellFormed() === false
          ? [`${device} gets no label: that of the golden client is not UTF-8`]
          : [],
      ),
      ...(golden.fstabRemarks ?? []),
      ...lines.flatMap((one) => lineRemarks(one, golden, found)),
    ],
  };
}
