import type { ImageFacts } from '../../common/model/image-facts.ts';
import { partType } from '../../common/model/layout/part-type.ts';
import {
  type DiskWish,
  type FilesystemWish,
  isExtended,
  type Layout,
  type MountWish,
  type PartWish,
  partName,
} from '../../common/model/layout.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Golden } from './golden.ts';
import { contentOf, leastBytes, toMib } from './sizes.ts';

/** A partition of the golden client that holds a filesystem or swap. */
type Used = { device: string; disk: DiskWish; part: PartWish; dir?: string; type: string };

/** Mount points of the golden client that lie on its disks, for asking what the image holds there. */
export function goldenMountDirs(golden: Golden): string[] {
  return [...new Set(['/', ...partitionsInUse(golden).flatMap((one) => (one.dir === undefined ? [] : [one.dir]))])];
}

/** Which partition holds what: from mounted_filesystems, storage.json, and the type of swap partitions. */
function partitionsInUse(golden: Golden): Used[] {
  return golden.disks.flatMap((disk) =>
    disk.parts
      .toSorted((a, b) => a.number - b.number)
      .flatMap((part): Used[] => {
        const device = partName(disk.name, part.number);
        const mounted = golden.mounted.find((one) => one.device === device);
        const known = golden.devices.find((one) => one.path === device)?.fstype ?? undefined;
        const type = mounted?.type ?? known ?? (part.type === partType('swap', disk.label) ? 'swap' : undefined);
        if (type === undefined) return [];
        return [{ device, disk, part, type, ...(mounted ? { dir: mounted.dir } : {}) }];
      }),
  );
}

/** The line of fstab that means this partition: by directory, by device, by UUID or label, or the only swap there is. */
function fstabLineOf(used: Used, golden: Golden, all: readonly Used[]): MountWish | undefined {
  const known = golden.devices.find((one) => one.path === used.device);
  const specs = [
    used.device,
    known?.uuid && `UUID=${known.uuid}`,
    known?.label && `LABEL=${known.label}`,
    used.part.uuid && `PARTUUID=${used.part.uuid.toLowerCase()}`,
  ];
  const bySpec = golden.fstab.find((line) => specs.includes(line.spec));
  if (bySpec || used.type !== 'swap') return bySpec ?? golden.fstab.find((line) => line.dir === used.dir);
  const swaps = golden.fstab.filter((line) => line.type === 'swap');
  return swaps.length === 1 && all.filter((one) => one.type === 'swap').length === 1 ? swaps[0] : undefined;
}

function filesystemOf(used: Used, golden: Golden, line: MountWish | undefined): FilesystemWish {
  const known = golden.devices.find((one) => one.path === used.device);
  const tagged = (tag: string) => (line?.spec.startsWith(`${tag}=`) ? line.spec.slice(tag.length + 1) : undefined);
  const label = known?.label ?? tagged('LABEL');
  const uuid = known?.uuid ?? tagged('UUID');
  const subvolumes = golden.fstab
    .filter((one) => line !== undefined && one.spec === line.spec && used.type === 'btrfs')
    .flatMap((one) => /(?:^|,)subvol=\/?([^,]+)/.exec(one.options)?.[1] ?? []);
  return {
    line: 0,
    device: used.device,
    type: used.type,
    ...(label ? { label } : {}),
    ...(uuid ? { uuid } : {}),
    options: {},
    subvolumes: [...new Set(subvolumes)],
  };
}

/** Sizes of a disk's partitions: the largest filesystem takes the rest, and what holds files may shrink to what they need. */
function sized(disk: DiskWish, all: readonly Used[], facts: ImageFacts): DiskWish {
  const own = all.filter((one) => one.disk === disk);
  const sizeOf = (used: Used) => used.part.sizeBytes ?? 0;
  const [largest] = own.filter((one) => !['swap', 'vfat'].includes(one.type)).sort((a, b) => sizeOf(b) - sizeOf(a));
  const restIsLogical = disk.label === 'dos' && (largest?.part.number ?? 0) > 4;
  const parts = disk.parts
    .toSorted((a, b) => (a.startBytes ?? 0) - (b.startBytes ?? 0))
    .map((whole): PartWish => {
      const { sizeBytes } = whole;
      const part = structuredClone(whole);
      delete part.startBytes;
      delete part.sizeBytes;
      // Where a logical partition takes the rest, the extended one has to grow with it.
      if (isExtended(part))
        return restIsLogical || sizeBytes === undefined ? part : { ...part, sizeBytes: toMib(sizeBytes) };
      const used = own.find((one) => one.part.number === part.number);
      const size = sizeBytes === undefined ? {} : { sizeBytes: toMib(sizeBytes) };
      if (used?.type === 'swap') return { ...part, ...size, minBytes: 0 };
      if (used?.dir === undefined || used.type === 'vfat') return { ...part, ...size };
      const least = leastBytes(contentOf(facts, used.dir), used.type);
      if (used.device === largest?.device) return { ...part, minBytes: least };
      return { ...part, ...size, minBytes: Math.min(least, size.sizeBytes ?? least) };
    });
  return { ...disk, parts };
}

const withoutDevice = new Set(['tmpfs', 'proc', 'sysfs', 'devpts', 'nfs', 'nfs4', 'cifs', 'overlay', 'none', 'bind']);

/** The golden client's layout as a script wishes for it. `remarks` tell what of its fstab has no place there. */
export function goldenLayout(golden: Golden, facts: ImageFacts): { layout: Layout; remarks: string[] } {
  const all = partitionsInUse(golden);
  const root = golden.mounted.find((one) => one.dir === '/') ?? golden.fstab.find((one) => one.dir === '/');
  if (!all.some((one) => one.dir === '/'))
    throw new UserError(
      `the image's root filesystem lies on ${root ? ('device' in root ? root.device : root.spec) : 'an unknown device'}, which is no partition in its partitionschemes`,
      'LVM and RAID are not written by this command: write the script by hand, with [lvm …] or [raid …]; docs/layout.md shows how.',
    );
  const lines = new Map(all.map((used) => [used.device, fstabLineOf(used, golden, all)]));
  const filesystems = all.map((used) => filesystemOf(used, golden, lines.get(used.device)));
  const isOurs = (line: MountWish) =>
    [...lines.values()].some((one) => one?.spec === line.spec) || filesystems.some((one) => one.device === line.spec);
  const mayStay = (line: MountWish) =>
    isOurs(line) || withoutDevice.has(line.type) || /(^|,)(noauto|nofail|r?bind)(,|$)/.test(line.options);
  const fromFstab = golden.fstab.filter(mayStay).map((line): MountWish => {
    const used = all.find((one) => lines.get(one.device) === line);
    const found = filesystems.find((one) => one.device === used?.device);
    const { name, uuid } = used?.part ?? {};
    const known = [
      used?.device,
      `UUID=${found?.uuid}`,
      `LABEL=${found?.label}`,
      `PARTLABEL=${name}`,
      `PARTUUID=${uuid?.toLowerCase()}`,
    ];
    // Some other name of the device, as /dev/disk/by-path/…: the script says the plain one.
    return used === undefined || known.includes(line.spec) ? line : { ...line, spec: used.device };
  });
  const unlisted = all
    .filter((used) => lines.get(used.device) === undefined)
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
  return {
    layout: {
      disks: golden.disks.map((disk) => sized(disk, all, facts)),
      raids: [],
      groups: [],
      filesystems,
      mounts: [...fromFstab, ...unlisted],
    },
    remarks: golden.fstab
      .filter((line) => !mayStay(line))
      .map((line) => `Not in the layout, for its device is unknown: ${line.spec} on ${line.dir}`),
  };
}
