import { type DiskWish, isExtended, partName, type PartWish } from '../layout.ts';
import { parseMatch } from './match.ts';
import { isGuid, parsePartType } from './part-type.ts';
import type { Problems } from './problems.ts';
import { kernelSectorBytes, parseSize } from './size.ts';
import { splitWords, unhex, type Word } from './words.ts';

/** A section that is being read: partition lines wait until the headers are known. */
export type DiskDraft = {
  line: number;
  name: string;
  match?: DiskWish['match'];
  headers: Map<string, { value: string; line: number }>;
  parts: { number: number; words: Word[]; line: number }[];
};

/** A disk's name in a script: its kernel name (also of the last century's RAID controllers, as rd/c0d0). */
export const devicePattern = /^\/dev\/[A-Za-z0-9][A-Za-z0-9_/.+-]*$/;

/** Headers of a dump that describe the golden client's disk and not this machine's disk. */
const dropped = ['device', 'first-lba', 'last-lba', 'table-length', 'grain'];

/** The highest partition number: 255 in the kernel (Linux include/linux/blkdev.h, DISK_MAX_PARTS), 60 for sfdisk(8) and dos. */
const highest = { gpt: 255, dos: 60 };

/** A name has 36 UTF-16 units (UEFI specification 2.10, section 5.3.3); sfdisk(8) silently cuts a longer name. */
const nameUnits = 36;

/** Reads `[disk /dev/sda --match serial=X]`. */
export function startDisk(argument: string, line: number, problems: Problems): DiskDraft | undefined {
  const [name = '', flag, match, ...rest] = argument.split(/\s+/);
  if (!devicePattern.test(name)) return problems.add(line, `[disk ${argument}] needs a name such as /dev/sda`);
  const disk: DiskDraft = { line, name, headers: new Map(), parts: [] };
  if (flag === undefined) return disk;
  if (flag !== '--match' || match === undefined || rest.length > 0)
    return problems.add(line, `after ${name} only --match serial=, wwn=, size=, bus= or path= may stand`);
  const parsed = parseMatch(match);
  if ('problem' in parsed) return problems.add(line, parsed.problem);
  return { ...disk, match: parsed };
}

/** Reads a header line (`label: gpt`) or keeps a partition line (`1 : size=1MiB`, `/dev/sda1 : start=…`). */
export function parseDiskLine(disk: DiskDraft, text: string, line: number, problems: Problems): void {
  const [head = '', before] = /^([^:=,\s]+(?: [^:=,\s]+)?)\s*:/.exec(text) ?? [];
  if (before === undefined) {
    const units = /^units\b/i.test(text)
      ? 'is a Units line in a form that is not known: give a dump with `unit: sectors`'
      : '';
    problems.add(
      line,
      units || `${JSON.stringify(text)} is neither \`NUMBER : KEY=VALUE, …\` nor a header such as \`label: gpt\``,
    );
    return;
  }
  const after = text.slice(head.length).trimStart();
  const number = partNumber(disk.name, before);
  if (number !== undefined) {
    const words = splitWords(after);
    if (!words) problems.add(line, `cannot read ${JSON.stringify(after)}: KEY=VALUE, parted by commas, quotes closed`);
    else if (!isEmptyEntry(words)) disk.parts.push({ number, words, line });
  } else if (before.startsWith('/')) problems.add(line, `${before} is not a partition of ${disk.name}`);
  else if (disk.headers.has(before)) problems.add(line, `${before}: is given twice`);
  else if (before === 'unit' && after !== 'sectors')
    problems.add(line, `unit: ${after} is not known; sizes are sectors, or have a suffix such as MiB`);
  else if (/^units$/i.test(before))
    problems.add(line, `Units: ${after} is not known; give a dump with \`unit: sectors\``);
  else if (!['label', 'label-id', 'unit', 'sector-size', ...dropped].includes(before))
    problems.add(line, `${before}: is not a header of sfdisk(8)`);
  else disk.headers.set(before, { value: after, line });
}

function partNumber(disk: string, text: string): number | undefined {
  const digits = /^\d+$/.test(text) ? text : (/(?<!\d)\d+$/.exec(text)?.[0] ?? '');
  const number = Number(digits);
  return digits !== '' && (text === digits || text === partName(disk, number)) ? number : undefined;
}

/** Old dumps list four primaries, the unused ones as `size=0, Id=0`. */
function isEmptyEntry(words: Word[]): boolean {
  const valueOf = (key: string) => words.find((word) => word.key.toLowerCase() === key)?.value;
  return Number(valueOf('size')) === 0 && Number(valueOf('id') ?? valueOf('type')) === 0;
}

/** sfdisk(8) before util-linux 2.26 knew only dos labels, and wrote Id= for type=. */
function isOldDump(disk: DiskDraft): boolean {
  return disk.parts.some(({ words }) => words.some(({ key }) => key.toLowerCase() === 'id'));
}

/** Checks the section as a whole. */
export function finishDisk(disk: DiskDraft, problems: Problems): DiskWish {
  const header = (name: string) => disk.headers.get(name);
  const label = header('label');
  const named = label?.value ?? (isOldDump(disk) ? 'dos' : '');
  if (named !== 'gpt' && named !== 'dos')
    problems.add(label?.line ?? disk.line, `${disk.name} needs label: gpt or label: dos`);
  const kind = named === 'dos' ? 'dos' : 'gpt';
  const id = header('label-id');
  if (id && !(kind === 'gpt' ? isGuid(id.value) : /^0x[0-9a-f]{8}$/i.test(id.value)))
    problems.add(
      id.line,
      `label-id: ${id.value} is not ${kind === 'gpt' ? 'a GUID' : '0x and eight hexadecimal digits'}`,
    );
  const sector = header('sector-size');
  const sectorBytes = sector ? Number(sector.value) : kernelSectorBytes;
  if (sector && ![512, 4096].includes(sectorBytes))
    problems.add(sector.line, `sector-size: ${sector.value} is neither 512 nor 4096`);
  const parts = disk.parts.map((part) => parsePart(part, kind, sectorBytes, problems));
  const wish: DiskWish = { line: disk.line, name: disk.name, label: kind, parts };
  if (disk.match) wish.match = disk.match;
  if (id) wish.labelId = kind === 'gpt' ? id.value.toUpperCase() : id.value.toLowerCase();
  checkParts(wish, problems);
  return wish;
}

/** The only partition of a dos table that guards a gpt from old tools (UEFI specification 2.10, section 5.2.3). */
const protective = 'EE';

function parsePart(
  draft: DiskDraft['parts'][number],
  label: 'gpt' | 'dos',
  sectorBytes: number,
  problems: Problems,
): PartWish {
  const { number, line } = draft;
  const part: PartWish = { line, number, type: parsePartType('linux', label) ?? '', bootable: false, keep: false };
  const seen = new Set<string>();
  for (const { key: written, value } of draft.words) {
    const key = written.toLowerCase() === 'id' ? 'type' : written.toLowerCase();
    if (seen.has(key)) problems.add(line, `${key} is given twice`);
    seen.add(key);
    if (key === 'bootable' || key === 'keep') {
      if (value !== undefined) problems.add(line, `${key} takes no value`);
      part[key] = true;
    } else if (value === undefined || value === '') problems.add(line, `${written} needs a value`);
    else if (key === 'start' || key === 'size' || key === 'min') {
      const bytes = parseSize(value, sectorBytes);
      if (bytes === undefined) problems.add(line, `${key}=${value} is neither sectors nor a size such as 512MiB`);
      else part[`${key}Bytes`] = bytes;
    } else if (key === 'type') {
      const type = parsePartType(unhex(value), label);
      if (type === undefined) problems.add(line, `type=${value} is not known for label: ${label}`);
      else if (label === 'dos' && type === protective)
        problems.add(
          line,
          'type EE stands for a whole gpt, which an old sfdisk(8) cannot show (dump it with 2.26 or newer), and none where it is broken',
        );
      else part.type = type;
    } else if (key === 'uuid') {
      if (label === 'gpt' && !isGuid(value)) problems.add(line, `uuid=${value} is not a GUID`);
      else part.uuid = value.toUpperCase();
    } else if (key === 'name' || key === 'attrs') part[key] = unhex(value);
    else problems.add(line, `${written}= is none of start, size, min, type, name, uuid, attrs, bootable, keep`);
  }
  return part;
}

function checkParts(disk: DiskWish, problems: Problems): void {
  const { label, parts } = disk;
  let rest: PartWish | undefined;
  for (const [at, part] of parts.entries()) {
    const { number, line, sizeBytes, minBytes } = part;
    const isLogical = label === 'dos' && number > 4;
    if (number < 1 || number > highest[label])
      problems.add(line, `partition ${number}: numbers go from 1 to ${highest[label]}`);
    if ((part.name ?? '').length > nameUnits)
      problems.add(line, `partition ${number}: a name has at most ${nameUnits} characters`);
    if (parts.findIndex((other) => other.number === number) !== at)
      problems.add(line, `partition ${number} is given twice`);
    if (sizeBytes === 0) problems.add(line, `partition ${number} has no size`);
    if (sizeBytes !== undefined && minBytes !== undefined && minBytes > sizeBytes)
      problems.add(line, `partition ${number}: min is more than size`);
    if (label === 'dos' && (part.name !== undefined || part.attrs !== undefined || part.uuid !== undefined))
      problems.add(line, `partition ${number}: name, uuid and attrs need label: gpt`);
    if (label === 'gpt' && part.bootable)
      problems.add(line, `partition ${number}: bootable needs label: dos; for gpt say attrs=LegacyBIOSBootable`);
    if (isExtended(part) && isLogical)
      problems.add(line, `partition ${number}: an extended partition is one of 1 to 4`);
    if (sizeBytes !== undefined || part.keep || isExtended(part)) continue;
    if (rest) problems.add(line, `partitions ${rest.number} and ${number} both take the rest: give one a size`);
    rest = part;
  }
  checkOverlaps(disk, problems);
  if (label === 'gpt') return;
  const extended = parts.filter(isExtended);
  if (extended.length > 1) problems.add(extended[1]?.line ?? disk.line, 'there is more than one extended partition');
  const logicals = parts.filter((part) => part.number > 4).toSorted((a, b) => a.number - b.number);
  if (logicals.length > 0 && extended.length === 0)
    problems.add(
      logicals[0]?.line ?? disk.line,
      `partition ${logicals[0]?.number} is logical and needs an extended one`,
    );
  for (const [at, part] of logicals.entries())
    if (part.number !== at + 5) {
      problems.add(
        part.line,
        `logical partitions are numbered from 5 without gaps: ${part.number} should be ${at + 5}`,
      );
      break;
    }
  if (rest && rest.number < 5 && extended.some((part) => part.sizeBytes === undefined))
    problems.add(rest.line, `partition ${rest.number} and the extended one both take the rest: give one a size`);
}

/** Refuses places that contradict each other: partitions that overlap, and logical partitions outside of the extended one. */
function checkOverlaps({ label, parts }: DiskWish, problems: Problems): void {
  const placed = parts.flatMap(({ startBytes, sizeBytes, ...part }) =>
    startBytes === undefined || sizeBytes === undefined
      ? []
      : [{ ...part, startBytes, endBytes: startBytes + sizeBytes }],
  );
  const extended = label === 'dos' ? placed.find(isExtended) : undefined;
  const isLogical = (part: { number: number }) => label === 'dos' && part.number > 4;
  const sorted = placed.filter((part) => part !== extended).toSorted((a, b) => a.startBytes - b.startBytes);
  for (const [at, part] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before && part.startBytes < before.endBytes)
      problems.add(
        part.line,
        `partitions ${before.number} and ${part.number} overlap: correct start= and size=, or leave start= out to have them one behind the other`,
      );
    if (!extended) continue;
    const isInside = part.startBytes > extended.startBytes && part.endBytes <= extended.endBytes;
    const isOutside = part.endBytes <= extended.startBytes || part.startBytes >= extended.endBytes;
    if (isLogical(part) ? !isInside : !isOutside)
      problems.add(
        part.line,
        `partition ${part.number} ${isLogical(part) ? 'does not lie in' : 'overlaps'} the extended one, ${extended.number}`,
      );
  }
}
