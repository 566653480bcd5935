import { mayStandAlone, namesDevice, specTag, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import { type MountWish, partUuid } from '../../common/model/layout.ts';
import type { Golden } from './golden.ts';
import type { GoldenDevices } from './golden-devices.ts';
import type { Used } from './golden-sizes.ts';

/** A line of the golden client's fstab, and which device in use it means; undefined where it is none of them. */
export type FstabLine = { line: MountWish; used?: Used };

/** True where the line's first field is the device's name or one of its tags, whatever is mounted. */
function means({ spec }: MountWish, device: string, { nameOf, devices }: GoldenDevices): boolean {
  const { known, disk, part } = devices.get(device) ?? {};
  const found = specTag(spec);
  if (!found) return nameOf(spec) === device;
  const own = {
    UUID: known?.uuid,
    LABEL: known?.label,
    PARTLABEL: part?.name,
    PARTUUID: disk && part && partUuid(disk, part),
  }[found.tag];
  return found.tag.endsWith('UUID') ? own?.toLowerCase() === found.value.toLowerCase() : own === found.value;
}

/** What is mounted on the line's directory, where no bind mount and no other filesystem lies there. */
function mountedOn(line: MountWish, golden: Golden, { nameOf }: GoldenDevices): string | undefined {
  if (!namesDevice(line)) return undefined;
  const mount = golden.mounted.find((one) => one.dir === line.dir);
  return mount && nameOf(mount.device);
}

/**
 * Finds out which device each line means: by what it says, by what was mounted there (udev has many more names), by another
 * line with the same name, or as the only swap there is.
 */
export function readLines(golden: Golden, found: GoldenDevices, all: readonly Used[]): FstabLine[] {
  const bySpec = new Map<string, Used>();
  for (const line of golden.fstab) {
    const mounted = mountedOn(line, golden, found);
    const meant = all.filter((one) => means(line, one.device, found));
    const used = [...meant, ...all].find((one) => one.device === mounted) ?? meant[0];
    if (used && !bySpec.has(line.spec)) bySpec.set(line.spec, used);
  }
  const swaps = golden.fstab.filter((line) => line.type === 'swap' && namesDevice(line));
  const areas = all.filter((one) => one.type === 'swap');
  const [swap] = swaps;
  if (swap && areas[0] && swaps.length === 1 && areas.length === 1 && !bySpec.has(swap.spec))
    bySpec.set(swap.spec, areas[0]);
  return golden.fstab.map((line) => {
    const used = bySpec.get(line.spec);
    return used ? { line, used } : { line };
  });
}

/** A subvolume's number is drawn by the filesystem; only the top has the same everywhere (btrfs(5)). */
function withoutSubvolumeId(line: MountWish, golden: Golden): MountWish {
  if (line.type !== 'btrfs') return line;
  const words = line.options.split(',').filter((word) => !/^subvolid=(?!0*[05]$)/.test(word));
  const isGone = words.length < line.options.split(',').length;
  const shown = subvolumeOf(golden.mounted.find((one) => one.dir === line.dir)?.options ?? '');
  const path = isGone && subvolumeOf(line.options) === undefined && shown ? [`subvol=/${shown}`] : [];
  return { ...line, options: [...words, ...path].join(',') || 'defaults' };
}

/** The line as the script says it: with a name of the device that holds on other machines, too. */
export function lineForScript({ line, used }: FstabLine, golden: Golden, found: GoldenDevices): MountWish {
  if (used === undefined) return line;
  const isNode = specTag(line.spec) === undefined || line.spec.startsWith('/dev/');
  const isVolume = line.spec.startsWith('/dev/mapper/') && found.nameOf(line.spec) === used.device;
  const keepsSpec = isNode ? isVolume : isOnly(line, used, found) || isUnknown(line, used, found);
  const named = keepsSpec ? line : { ...line, spec: used.device };
  return withoutSubvolumeId(named, golden);
}

/** True where the tag means this device and no other of the golden client, as a copied filesystem. */
function isOnly(line: MountWish, used: Used, found: GoldenDevices): boolean {
  const meant = [...found.devices.keys()].filter((device) => means(line, device, found));
  return meant.length === 1 && meant[0] === used.device;
}

/** A tag of which storage.json says nothing is taken for the filesystem's own. */
function isUnknown({ spec }: MountWish, used: Used, { devices }: GoldenDevices): boolean {
  const { known } = devices.get(used.device) ?? {};
  const tag = specTag(spec)?.tag;
  return (tag === 'UUID' && !known?.uuid) || (tag === 'LABEL' && !known?.label);
}

/** Which subvolume a mount gets that names none, where it is not the top: `btrfs subvolume set-default` chose it. */
export function defaultSubvolume(lines: readonly FstabLine[], device: string, golden: Golden): string | undefined {
  for (const { line, used } of lines) {
    if (used?.device !== device || /(^|,)subvol(id)?=/.test(line.options)) continue;
    const mount = golden.mounted.find((one) => one.dir === line.dir);
    const shown = subvolumeOf(mount?.options ?? '');
    if (shown) return shown;
  }
  return undefined;
}

/** True where the line may stand in an installed fstab: for what the layout makes, or for what is none of its business. */
export function mayStay({ line, used }: FstabLine, swapFiles: readonly { path: string }[]): boolean {
  return used !== undefined || mayStandAlone(line) || swapFiles.some((one) => one.path === line.spec);
}
