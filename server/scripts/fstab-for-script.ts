import { fitsType, specTag, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { MountWish } from '../../common/model/layout.ts';
import { isOptional } from '../../common/model/needed.ts';
import { type Golden, mountAt } from './golden.ts';
import type { GoldenDevices } from './golden-devices.ts';
import { type FstabLine, means, needsDevice } from './golden-fstab.ts';
import type { Used } from './golden-sizes.ts';
import { namedBy } from './golden-use.ts';

/** Removes a subvolume's number, which the filesystem assigns; only the top has the same number everywhere (btrfs(5)). */
function withoutSubvolumeId(line: MountWish, golden: Golden): MountWish {
  const words = line.options.split(',').filter((word) => !/^subvolid=(?!0*[05]$)/.test(word));
  const isGone = words.length < line.options.split(',').length;
  const shown = subvolumeOf(mountAt(golden, line.dir)?.options ?? '');
  const path = isGone && subvolumeOf(line.options) === undefined && shown ? [`subvol=/${shown}`] : [];
  return { ...line, options: [...words, ...path].join(',') || 'defaults' };
}

/** Options that name a second device of a filesystem; an installation makes filesystems on one device (ext4(5), xfs(5)). */
const secondDevice = /^(logdev|rtdev|journal_dev|journal_path|jdev|device)=/;

/** The line for the script: with a name of the device that is right on other machines, too. */
export function lineForScript({ line, used }: FstabLine, golden: Golden, found: GoldenDevices): MountWish {
  if (used === undefined) return line;
  const isNode = specTag(line.spec) === undefined || line.spec.startsWith('/dev/');
  const isVolume = line.spec.startsWith('/dev/mapper/') && found.nameOf(line.spec) === used.device;
  const keepsTag = line.spec.isWellFormed() && (isOnly(line, used, found) || isUnknown(line, used, found));
  const keepsSpec = isNode ? isVolume : keepsTag;
  const spec = keepsSpec ? line.spec : used.device;
  const type = fitsType(line.type, used.type) ? line.type : used.type;
  const words = line.options.split(',').filter((word) => !secondDevice.test(word));
  const named = { ...line, spec, type, options: words.join(',') || 'defaults' };
  return used.type === 'btrfs' ? withoutSubvolumeId(named, golden) : named;
}

/** How the script differs from a line, besides names of devices; or why the line is not in the script. */
export function lineRemarks(one: FstabLine, golden: Golden, found: GoldenDevices): string[] {
  const { line, used } = one;
  const [where, what] = [`Line ${line.line} of fstab`, `${line.spec} on ${line.dir}`];
  const why = whyNot(one, golden, found);
  if (why !== undefined) return [`Not in the layout: ${what}, because the ${why}`];
  if (used === undefined) return [];
  const { type } = lineForScript(one, golden, found);
  const second = line.options.split(',').filter((word) => secondDevice.test(word));
  return [
    ...(type === line.type
      ? []
      : [`${where}, ${what}, says ${line.type}; the filesystem is ${type}, and so the script says ${type}`]),
    ...second.map(
      (word) => `${where}, ${what}: the script leaves out ${word}, because the filesystem is made on one device`,
    ),
  ];
}

/** True if the tag means this device, and no other device of the golden client, such as a copied filesystem. */
function isOnly(line: MountWish, used: Used, found: GoldenDevices): boolean {
  const meant = [...found.devices.keys()].filter((device) => means(line, device, found));
  return meant.length === 1 && meant[0] === used.device;
}

/** True if storage.json does not know the tag; the tag then counts as the filesystem's own. */
function isUnknown({ spec }: MountWish, used: Used, { devices }: GoldenDevices): boolean {
  const { known } = devices.get(used.device) ?? {};
  const tag = specTag(spec)?.tag;
  return (tag === 'UUID' && !known?.uuid) || (tag === 'LABEL' && !known?.label);
}

/** The subvolume of a mount that names none, if that is not the top: `btrfs subvolume set-default` chose it. */
export function defaultSubvolume(lines: readonly FstabLine[], device: string, golden: Golden): string | undefined {
  for (const { line, used } of lines) {
    if (used?.device !== device || /(^|,)subvol(id)?=/.test(line.options)) continue;
    const shown = subvolumeOf(mountAt(golden, line.dir)?.options ?? '');
    if (shown) return shown;
  }
  return undefined;
}

/** Why a line may not be in an installed fstab: each start would wait for its device. The words follow "for its". */
function whyNot({ line, used, holds }: FstabLine, golden: Golden, found: GoldenDevices): string | undefined {
  if (used !== undefined || isOptional(line.options)) return undefined;
  // blkid(8) gives the pool's name as the label of its members.
  const pool = line.type === 'zfs' ? line.spec.split('/')[0] : undefined;
  if (pool !== undefined && golden.devices.some((one) => one.fstype === 'zfs_member' && one.label === pool))
    return `ZFS pool ${pool} is not made again`;
  if (!needsDevice(line, golden, found)) return undefined;
  if (holds !== undefined) return `device is ${holds}, and not ${line.type}`;
  const [there] = namedBy(line.spec, golden).filter((one) => golden.devices.some(({ path }) => path === one));
  return there === undefined ? 'device is unknown' : `device ${there} is not made again`;
}

/** True if the line may be in an installed fstab: the layout makes its device, or the line needs no device of the layout. */
export const mayStay = (one: FstabLine, golden: Golden, found: GoldenDevices): boolean =>
  whyNot(one, golden, found) === undefined;
