import type { RaidLevel, RaidWish, VolumeGroupWish } from '../layout.ts';
import type { Problems } from './problems.ts';
import { kernelSectorBytes, parseSize } from './size.ts';
import { splitWords } from './words.ts';

/** An array whose keys are being read. */
export type RaidDraft = { line: number; name: string; keys: Map<string, string> };

const levels = [0, 1, 5, 6, 10, 'linear'] as const satisfies RaidLevel[];

/** Fewest members of each level (md(4)). */
const fewest: Record<RaidLevel, number> = { 0: 2, 1: 1, 5: 3, 6: 4, 10: 2, linear: 2 };

const keys = ['level', 'devices', 'spares', 'uuid', 'metadata', 'chunk', 'layout'];
const keyList = keys.map((key) => `${key}=`).join(', ');

const devices = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** Reads `[raid /dev/md0]`. */
export function startRaid(argument: string, line: number, problems: Problems): RaidDraft | undefined {
  if (/^\/dev\/md(\d+|\/[A-Za-z0-9_-]+)$/.test(argument)) return { line, name: argument, keys: new Map() };
  return problems.add(line, `[raid ${argument}] needs a name such as /dev/md0`);
}

/** Reads KEY=VALUE words. */
export function parseRaidLine(raid: RaidDraft, text: string, line: number, problems: Problems): void {
  const words = splitWords(text, true);
  if (!words) problems.add(line, 'cannot read the KEY=VALUE words');
  for (const { key, value } of words ?? []) {
    if (!keys.includes(key) || !value) problems.add(line, `${key} is none of ${keyList}`);
    else if (raid.keys.has(key)) problems.add(line, `${key}= is given twice`);
    else raid.keys.set(key, value);
  }
}

/** Checks the section as a whole. */
export function finishRaid(raid: RaidDraft, problems: Problems): RaidWish[] {
  const { line, name } = raid;
  const valueOf = (key: string) => raid.keys.get(key);
  const level = levels.find((one) => String(one) === valueOf('level')?.replace(/^raid(?=\d)/, ''));
  if (level === undefined) {
    problems.add(line, `${name} needs level=, one of ${levels.join(', ')}`);
    return [];
  }
  const wish: RaidWish = { line, name, level, devices: devices(valueOf('devices') ?? ''), metadata: '1.2' };
  const spares = devices(valueOf('spares') ?? '');
  const [uuid, chunk, copies] = [valueOf('uuid'), valueOf('chunk'), valueOf('layout')];
  wish.metadata = valueOf('metadata') ?? wish.metadata;
  if (spares.length > 0) wish.spares = spares;
  if (uuid !== undefined) wish.uuid = uuid.toLowerCase();
  if (chunk !== undefined) wish.chunkBytes = parseSize(chunk, kernelSectorBytes) ?? 0;
  if (copies !== undefined) wish.copies = copies;
  const problem = raidProblem(wish);
  if (problem === undefined) return [wish];
  problems.add(line, `${name}: ${problem}`);
  return [];
}

/** Every level stripes its data in chunks, except mirrors and linear arrays. */
const hasChunks = (level: RaidLevel) => level !== 1 && level !== 'linear';
const hasSpares = (level: RaidLevel) => level !== 0 && level !== 'linear';

/** What mdadm(8) would refuse, in words. */
function raidProblem({ level, devices: { length: count }, spares, uuid, metadata, chunkBytes, copies }: RaidWish) {
  if (count < fewest[level]) return `level ${level} needs at least ${fewest[level]} devices, not ${count}`;
  if (!['0.90', '1.0', '1.1', '1.2'].includes(metadata)) return `metadata=${metadata} is none of 0.90, 1.0, 1.1, 1.2`;
  if (uuid !== undefined && !/^([0-9a-f]{8}:){3}[0-9a-f]{8}$/.test(uuid))
    return `uuid=${uuid} is not four groups of eight hexadecimal digits, as mdadm(8) shows it`;
  if (spares && !hasSpares(level)) return `level ${level} has no use for spares=`;
  if (chunkBytes !== undefined && !hasChunks(level)) return `level ${level} has no chunk=`;
  // A power of two of at least a page (md(4)).
  if (chunkBytes !== undefined && (chunkBytes < 4096 || !Number.isInteger(Math.log2(chunkBytes))))
    return 'chunk= is a power of two of at least 4KiB';
  if (copies === undefined) return undefined;
  if (level !== 10) return 'layout= is known for level 10 only';
  const number = Number(/^[nfo]([2-9])$/.exec(copies)?.[1] ?? Number.POSITIVE_INFINITY);
  return number <= count ? undefined : `layout=${copies} is no n, f or o with copies for ${count} devices, as n2`;
}

/** Names that lvm(8) allows; a dash is fine, because device-mapper doubles dashes. */
const lvmName = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]*$/;

/** Reads `[lvm vg0]`. */
export function startGroup(argument: string, line: number, problems: Problems): VolumeGroupWish | undefined {
  if (lvmName.test(argument) && !/^\.+$/.test(argument)) return { line, name: argument, devices: [], volumes: [] };
  return problems.add(line, `[lvm ${argument}] needs the name of a volume group, as vg0`);
}

/** Reads `pv=/dev/sda3,/dev/md0` or `NAME size=20GiB min=3GiB`. */
export function parseGroupLine(group: VolumeGroupWish, text: string, line: number, problems: Problems): void {
  const [name, ...fields] = splitWords(text, true) ?? [];
  if (!name) return problems.add(line, 'a line here is pv=DEVICE,… or NAME size=… min=…');
  if (name.key === 'pv' && name.value !== undefined && fields.length === 0)
    return void group.devices.push(...devices(name.value));
  if (name.value !== undefined || !lvmName.test(name.key))
    return problems.add(line, `${name.key} is not the name of a logical volume`);
  if (group.volumes.some((one) => one.name === name.key)) return problems.add(line, `${name.key} is given twice`);
  const volume: VolumeGroupWish['volumes'][number] = { line, name: name.key };
  for (const { key, value } of fields) {
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
