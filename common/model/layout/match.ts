import { parseSize, printSize } from './size.ts';

/** How disks are wired to the machine, as far as the probe tells them apart. */
export const busNames = ['virtio', 'sata', 'scsi', 'nvme', 'usb', 'mmc', 'other'] as const;
export type BusName = (typeof busNames)[number];

/** Which disk of this machine a script means: all given values must fit. `path` is the disk's directory below /sys. */
export type DiskMatch = {
  serial?: string;
  wwn?: string;
  sizeBytes?: number;
  bus?: BusName;
  path?: string;
};

/** Disks sold under one size differ by less than this share. */
const sizeTolerance = 0.01;

/** Reads `serial=X,size=20GiB`; `problem` is a sentence on a wrong text. */
export function parseMatch(text: string): DiskMatch | { problem: string } {
  const match: DiskMatch = {};
  for (const word of text.split(',')) {
    const [, key, value] = /^([a-z]+)=(.+)$/.exec(word) ?? [];
    if (key === undefined || value === undefined)
      return { problem: `${JSON.stringify(word)} is not serial=, wwn=, size=, bus= or path=` };
    if (key === 'serial' || key === 'wwn' || key === 'path') match[key] = value;
    else if (key === 'size') {
      const size = parseSize(value, 1);
      if (size === undefined) return { problem: `size=${value} is not a size such as 20GiB` };
      match.sizeBytes = size;
    } else if (key === 'bus') {
      const bus = busNames.find((name) => name === value);
      if (!bus) return { problem: `bus=${value} is none of ${busNames.join(', ')}` };
      match.bus = bus;
    } else return { problem: `${key}= is not serial=, wwn=, size=, bus= or path=` };
  }
  return match;
}

/** The text that {@link parseMatch} reads. */
export function printMatch(match: DiskMatch): string {
  return [
    match.serial === undefined ? [] : [`serial=${match.serial}`],
    match.wwn === undefined ? [] : [`wwn=${match.wwn}`],
    match.sizeBytes === undefined
      ? []
      : [`size=${match.sizeBytes % 1024 === 0 ? printSize(match.sizeBytes) : `${match.sizeBytes}B`}`],
    match.bus === undefined ? [] : [`bus=${match.bus}`],
    match.path === undefined ? [] : [`path=${match.path}`],
  ]
    .flat()
    .join(',');
}

/** The kernel writes naa.5000…, udev and lsblk(8) write 0x5000… for the same WWN. */
const bareWwn = (wwn: string) => wwn.toLowerCase().replace(/^(naa\.|eui\.|uuid\.|nvme\.|0x)/, '');

/** True if all values of the match fit the disk. */
export function matches(
  match: DiskMatch,
  disk: { serial: string; wwn: string; bytes: number; bus: BusName; path: string },
): boolean {
  return (
    (match.serial === undefined || match.serial === disk.serial) &&
    (match.wwn === undefined || bareWwn(match.wwn) === bareWwn(disk.wwn)) &&
    (match.sizeBytes === undefined || Math.abs(match.sizeBytes - disk.bytes) <= disk.bytes * sizeTolerance) &&
    (match.bus === undefined || match.bus === disk.bus) &&
    (match.path === undefined || match.path === disk.path)
  );
}
