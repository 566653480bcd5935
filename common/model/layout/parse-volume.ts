import type { RaidWish, VolumeGroupWish } from '../layout.ts';
import type { Problems } from './problems.ts';
import { kernelSectorBytes, parseSize } from './size.ts';
import { splitWords } from './words.ts';

/** An array whose keys are being read. */
export type RaidDraft = { line: number; name: string; keys: Map<string, string> };

const levels = [0, 1, 5, 6, 10] as const;

/** Fewest members of each level (md(4)). */
const fewest: Record<(typeof levels)[number], number> = { 0: 2, 1: 1, 5: 3, 6: 4, 10: 2 };

const devices = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** Reads `[raid /dev/md0]`. */
export function startRaid(argument: string, line: number, problems: Problems): RaidDraft | undefined {
  if (/^\/dev\/md(\d+|\/[A-Za-z0-9_-]+)$/.test(argument)) return { line, name: argument, keys: new Map() };
  return problems.add(line, `[raid ${argument}] needs a name such as /dev/md0`);
}

/** Reads KEY=VALUE words: level=, devices=, uuid=, metadata=. */
export function parseRaidLine(raid: RaidDraft, text: string, line: number, problems: Problems): void {
  const words = splitWords(text, true);
  if (!words) problems.add(line, 'cannot read the KEY=VALUE words');
  for (const { key, value } of words ?? []) {
    if (!['level', 'devices', 'uuid', 'metadata'].includes(key) || !value)
      problems.add(line, `${key} is none of level=, devices=, uuid=, metadata=`);
    else if (raid.keys.has(key)) problems.add(line, `${key}= is given twice`);
    else raid.keys.set(key, value);
  }
}

/** Checks the section as a whole. */
export function finishRaid(raid: RaidDraft, problems: Problems): RaidWish[] {
  const { line, name, keys } = raid;
  const level = levels.find((one) => String(one) === keys.get('level')?.replace(/^raid/, ''));
  const members = devices(keys.get('devices') ?? '');
  const uuid = keys.get('uuid');
  const metadata = keys.get('metadata') ?? '1.2';
  if (level === undefined) problems.add(line, `${name} needs level=, one of ${levels.join(', ')}`);
  else if (members.length < fewest[level])
    problems.add(line, `${name}: level ${level} needs at least ${fewest[level]} devices, not ${members.length}`);
  else if (!['0.90', '1.0', '1.1', '1.2'].includes(metadata))
    problems.add(line, `${name}: metadata=${metadata} is none of 0.90, 1.0, 1.1, 1.2`);
  else if (uuid !== undefined && !/^([0-9a-f]{8}:){3}[0-9a-f]{8}$/i.test(uuid))
    problems.add(line, `${name}: uuid=${uuid} is not four groups of eight hexadecimal digits, as mdadm(8) shows it`);
  else return [{ line, name, level, devices: members, metadata, ...(uuid ? { uuid: uuid.toLowerCase() } : {}) }];
  return [];
}

/** Names that lvm(8) allows; device-mapper doubles a dash, so it is fine. */
const lvmName = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]*$/;

/** Reads `[lvm vg0]`. */
export function startGroup(argument: string, line: number, problems: Problems): VolumeGroupWish | undefined {
  if (lvmName.test(argument) && !/^\.+$/.test(argument)) return { line, name: argument, devices: [], volumes: [] };
  return problems.add(line, `[lvm ${argument}] needs the name of a volume group, as vg0`);
}

/** Reads `pv=/dev/sda3,/dev/md0` or `NAME size=20GiB min=3GiB`. */
export function parseGroupLine(group: VolumeGroupWish, text: string, line: number, problems: Problems): void {
  const [name, ...keys] = splitWords(text, true) ?? [];
  if (!name) return problems.add(line, 'a line here is pv=DEVICE,… or NAME size=… min=…');
  if (name.key === 'pv' && name.value !== undefined && keys.length === 0)
    return void group.devices.push(...devices(name.value));
  if (name.value !== undefined || !lvmName.test(name.key))
    return problems.add(line, `${name.key} is not the name of a logical volume`);
  if (group.volumes.some((one) => one.name === name.key)) return problems.add(line, `${name.key} is given twice`);
  const volume: VolumeGroupWish['volumes'][number] = { line, name: name.key };
  for (const { key, value } of keys) {
    const bytes = value === undefined ? undefined : parseSize(value, kernelSectorBytes);
    if (key !== 'size' && key !== 'min') problems.add(line, `${key}= is neither size= nor min=`);
    else if (bytes === undefined || (key === 'size' && bytes === 0))
      problems.add(line, `${key}=${value ?? ''} is neither sectors nor a size such as 20GiB`);
    else volume[`${key}Bytes`] = bytes;
  }
  if ((volume.minBytes ?? 0) > (volume.sizeBytes ?? Number.POSITIVE_INFINITY))
    problems.add(line, 'min is more than size');
  group.volumes.push(volume);
}

/** Checks the section as a whole. */
export function finishGroup(group: VolumeGroupWish, problems: Problems): VolumeGroupWish {
  if (group.devices.length === 0) problems.add(group.line, `${group.name} needs a line pv=DEVICE,…`);
  const rest = group.volumes.filter((one) => one.sizeBytes === undefined);
  if (rest[1]) problems.add(rest[1].line, `${rest[0]?.name} and ${rest[1].name} both take the rest: give one a size`);
  return group;
}
