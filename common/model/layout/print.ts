import { bytesOf } from '../../system/text.ts';
import type { DiskWish, FilesystemWish, Layout, MountWish, PartWish, RaidWish, VolumeGroupWish } from '../layout.ts';
import { printMatch } from './match.ts';
import { showPartType, parsePartType } from './part-type.ts';
import { printSize } from './size.ts';
import { quoteValue } from './words.ts';

/** The text of a layout block, as a person would write it; parseLayout reads back the same layout. */
export function printLayout(layout: Layout): string {
  const subvolumes = layout.filesystems.filter((one) => one.subvolumes.length > 0);
  return [
    ...layout.disks.flatMap(printDisk),
    ...layout.raids.flatMap(printRaid),
    ...layout.groups.flatMap(printGroup),
    ...section('filesystems', layout.filesystems.map(printFilesystem)),
    ...section(
      'subvolumes',
      subvolumes.map((one) => [one.device, ...one.subvolumes.map(printField)].join(' ')),
    ),
    ...section('mounts', layout.mounts.map(printMount)),
    ...section(
      'swapfiles',
      layout.swapFiles.map((one) => `${printField(one.path)} size=${printSize(one.sizeBytes)}`),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** A field of a layout's line: no blank of any alphabet, no control character, and no # where it would begin a comment. */
const printField = (text: string) =>
  text.replaceAll(/[\s\p{Cc}\p{Cs}\\]|^#/gu, (one) =>
    [...bytesOf(one)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );

const section = (name: string, lines: string[]) => (lines.length > 0 ? [`[${name}]`, ...lines] : []);
const size = (name: string, bytes: number | undefined) => (bytes === undefined ? [] : [`${name}=${printSize(bytes)}`]);

function printDisk(disk: DiskWish): string[] {
  return [
    `[disk ${disk.name}${disk.match ? ` --match ${printMatch(disk.match)}` : ''}]`,
    `label: ${disk.label}`,
    ...(disk.labelId === undefined ? [] : [`label-id: ${disk.labelId}`]),
    ...disk.parts.map((part) => printPart(part, disk.label)),
  ];
}

function printPart(part: PartWish, label: 'gpt' | 'dos'): string {
  const fields = [
    ...size('start', part.startBytes),
    ...size('size', part.sizeBytes),
    ...size('min', part.minBytes),
    `type=${printPartType(part.type, label)}`,
    ...(part.name === undefined ? [] : [`name=${quoteValue(part.name)}`]),
    ...(part.uuid === undefined ? [] : [`uuid=${part.uuid}`]),
    ...(part.attrs === undefined ? [] : [`attrs=${quoteValue(part.attrs)}`]),
    ...(part.bootable ? ['bootable'] : []),
    ...(part.keep ? ['keep'] : []),
  ];
  return `${part.number} : ${fields.join(', ')}`;
}

function printPartType(type: string, label: 'gpt' | 'dos'): string {
  const name = showPartType(type);
  if (parsePartType(name, label) !== type) return type;
  return /^[a-z]+$/.test(name) ? name : quoteValue(name === 'bios boot' ? 'BIOS boot' : name);
}

function printRaid(raid: RaidWish): string[] {
  return [
    `[raid ${raid.name}]`,
    `level=${raid.level}`,
    `devices=${raid.devices.join(',')}`,
    ...(raid.spares ? [`spares=${raid.spares.join(',')}`] : []),
    ...(raid.metadata === '1.2' ? [] : [`metadata=${raid.metadata}`]),
    ...size('chunk', raid.chunkBytes),
    ...(raid.copies === undefined ? [] : [`layout=${raid.copies}`]),
    ...(raid.uuid === undefined ? [] : [`uuid=${raid.uuid}`]),
  ];
}

function printGroup(group: VolumeGroupWish): string[] {
  return [
    `[lvm ${group.name}]`,
    `pv=${group.devices.join(',')}`,
    ...group.volumes.map((one) => [one.name, ...size('size', one.sizeBytes), ...size('min', one.minBytes)].join(' ')),
  ];
}

function printFilesystem(filesystem: FilesystemWish): string {
  const { device, type, label, uuid, options } = filesystem;
  const words = [
    ...(label === undefined ? [] : [['label', label]]),
    ...(uuid === undefined ? [] : [['uuid', uuid]]),
    ...Object.entries(options),
  ];
  return [
    device,
    type,
    ...words.map(
      ([key, value = '']) =>
        `${key}=${/^[^\s"\\#]+$/.test(value) && /^[\x21-\x7e]+$/.test(value) ? value : quoteValue(value)}`,
    ),
  ].join(' ');
}

function printMount(mount: MountWish): string {
  const { spec, dir, type, options, freq, passno } = mount;
  return [...[spec, dir, type, options].map(printField), freq, passno].join(' ');
}
