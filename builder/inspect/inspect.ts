import fs from 'node:fs/promises';
import { type Fat, readFat } from '../../common/media/fat.ts';
import { type GptPartition, partitionTypes, readGpt } from '../../common/media/gpt.ts';
import { readIso } from '../../common/media/iso9660.ts';
import { damaged, type ReadAt } from '../../common/media/stored.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { sumsName } from '../../common/media/sums.ts';
import { readHandle } from '../media/read-handle.ts';
import { initrdFacts, kernelFacts } from './boot-parts.ts';
import { addBoots, checkSums, type Reading } from './inspect-volume.ts';
import { emptyReport, type Kind, type Report } from './report.ts';
import { folderVolume, storedVolume, textIn, type Volume, wholeBytes } from './volume.ts';

/** Says what a file, a device or a folder is, and whether it is whole. The kind is known by the content, never by the name. */
export async function inspect(at: AbsPath, reading: Reading): Promise<Report> {
  const stat = await fs.stat(at).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT' ? `there is no ${at}` : `${at} cannot be read: ${error.message}`,
      'Name a medium, a kernel or an initrd.',
    );
  });
  if (stat.isDirectory()) return inspectFolder(at, reading);
  if (!stat.isFile() && !stat.isBlockDevice())
    throw new UserError(`${at} is neither a file, a device nor a folder`, 'Name a medium, a kernel or an initrd.');
  await using file = await fs.open(at).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${at} cannot be read: ${error.message}`, 'Name a file that you may read, or become root.');
  });
  const bytes = stat.isFile() ? stat.size : await deviceBytes(readHandle(file));
  if (bytes === 0) throw new UserError(`${at} is empty`, 'Make the medium again, or copy the whole file again.');
  const found = await inspectMedium(at, readHandle(file), bytes, reading);
  return found ?? (await inspectPart(at, readHandle(file), bytes));
}

/** The size of a device: its last byte that can be read. */
async function deviceBytes(read: ReadAt): Promise<number> {
  let [readable, beyond] = [0, 2 ** 50];
  while (beyond - readable > 512) {
    const middle = Math.floor((readable + beyond) / 1024) * 512;
    const got = await read(middle, 1).catch(() => Buffer.alloc(0));
    if (got.length > 0) readable = middle + 512;
    else beyond = middle;
  }
  return readable;
}

/** A medium by its filesystems; undefined for bytes that are none. */
async function inspectMedium(file: string, read: ReadAt, bytes: number, reading: Reading): Promise<Report | undefined> {
  const iso = await readIso(read);
  if (iso) {
    const report = emptyReport(file, 'iso', '');
    report.label = iso.label;
    // ECMA-119, 8.4.8 and 8.4.12: the number of blocks, and their size.
    const volume = Buffer.from(await read(16 * 2048 + 80, 52));
    const needed = volume.readUInt32LE(0) * volume.readUInt16LE(48);
    checkLength(file, bytes, needed);
    const stored = storedVolume(read, iso.files, { name: 'ISO 9660', label: iso.label, isWritable: false });
    const esp = await espOf(read);
    return inspectVolumes(report, [stored], esp, reading);
  }
  const gpt = await readGpt(read);
  if (gpt) {
    const report = emptyReport(file, 'stick', '');
    report.sectorBytes = gpt.sectorBytes;
    const needed = gpt.sectors * gpt.sectorBytes;
    checkLength(file, bytes, needed);
    const volumes: Volume[] = [];
    let esp: Volume | undefined;
    for (const part of gpt.partitions) {
      const found = await fatAt(read, part.first * gpt.sectorBytes, part);
      if (!found) continue;
      volumes.push(found);
      if (part.type === partitionTypes.esp) esp = found;
    }
    report.label = volumes.find(({ files }) => files.has('local.cfg'))?.label;
    return inspectVolumes(report, volumes, esp, reading);
  }
  // A kernel for x86 has the mark of a boot sector, too.
  const fat = await readFat(read);
  if (!fat) return undefined;
  const report = emptyReport(file, 'floppy', '');
  report.label = fat.label;
  checkLength(file, bytes, fat.bytes);
  return inspectVolumes(report, [fatVolume(read, fat, 'the FAT')], undefined, reading);
}

function checkLength(file: string, bytes: number, needed: number): void {
  if (bytes < needed) throw damaged(`${file} is cut off: it has ${bytes} of ${needed} bytes`);
}

const fatVolume = (read: ReadAt, fat: Fat, name: string): Volume =>
  storedVolume(read, fat.files, { name, label: fat.label, isWritable: true });

async function fatAt(read: ReadAt, base: number, { type }: GptPartition): Promise<Volume | undefined> {
  const fat = await readFat(read, base);
  const names: Record<string, string> = {
    [partitionTypes.esp]: 'the EFI system partition',
    [partitionTypes.linux]: 'the partition with images',
  };
  const name = names[type] ?? 'the FAT partition';
  return fat && fatVolume(read, fat, name);
}

/** The EFI system partition of a hybrid ISO. */
async function espOf(read: ReadAt): Promise<Volume | undefined> {
  const gpt = await readGpt(read);
  const part = gpt?.partitions.find(({ type }) => type === partitionTypes.esp);
  return gpt && part && fatAt(read, part.first * gpt.sectorBytes, part);
}

const kinds: Partial<Record<Kind, string>> = {
  iso: 'a CD of BOEL (ISO 9660; the same file boots from a stick)',
  stick: 'a USB stick of BOEL',
  floppy: 'a floppy of BOEL',
  'boot server folder': 'a folder of BOEL for a TFTP and HTTP server, by mkbootserver',
  'BOEL folder': 'the kernel and initrd of BOEL, as build boot makes them',
};
const foreign: Partial<Record<Kind, string>> = {
  iso: 'an ISO 9660 medium',
  stick: 'a disk with a GUID partition table',
  floppy: 'a FAT filesystem',
};

async function inspectVolumes(
  report: Report,
  volumes: readonly Volume[],
  esp: Volume | undefined,
  reading: Reading,
): Promise<Report> {
  const all = [...volumes, ...(esp && !volumes.includes(esp) ? [esp] : [])];
  const texts = await Promise.all(
    all.flatMap((one) => ['medium.cfg', 'boot/grub/grub.cfg'].map((name) => textIn(one, name))),
  );
  const isFolder = report.kind === 'BOEL folder';
  report.isOurs =
    isFolder ||
    (all.some(({ files }) => files.has(sumsName)) && texts.some((text) => /\b(BOEL|PXELINUX)\b/.test(text ?? '')));
  if (!report.isOurs) {
    const info = (await Promise.all(volumes.map((one) => textIn(one, '.disk/info')))).find(
      (text) => text !== undefined,
    );
    const says = info === undefined ? '' : `, which calls itself ${JSON.stringify(info.trim().slice(0, 80))}`;
    report.what = `${foreign[report.kind] ?? 'a folder'}${says}: systemimager has not made it`;
    const names = volumes.flatMap(({ files }) => [...files.keys()]);
    report.notes.push(`${names.length} files: ${names.slice(0, 6).join(', ')}`);
    return report;
  }
  report.what = kinds[report.kind] ?? report.kind;
  const main = volumes.filter((one) => one !== esp || volumes.length === 1);
  await addBoots(report, volumes.includes(esp as Volume) ? volumes : main, esp);
  if (report.kind === 'floppy' && report.parts.length > 0)
    report.what = 'a floppy of BOEL with its kernel and initrd (superfloppy)';
  for (const volume of all) await checkSums(report, volume, reading);
  return report;
}

async function inspectFolder(at: AbsPath, reading: Reading): Promise<Report> {
  const volume = await folderVolume(at);
  if (volume.files.has('boot.ipxe') && volume.files.has('medium.cfg'))
    return inspectVolumes(emptyReport(at, 'boot server folder', ''), [volume], undefined, reading);
  if (volume.files.has('kernel') && volume.files.has('initrd.img') && volume.files.has(sumsName))
    return inspectVolumes(emptyReport(at, 'BOEL folder', ''), [volume], undefined, reading);
  throw new UserError(
    `${at} is no folder of mkbootserver or build boot: it lacks boot.ipxe, or kernel, initrd.img and ${sumsName}`,
    'Name the folder that mkbootserver has filled, or /var/lib/systemimager/boot/amd64.',
  );
}

async function inspectPart(file: string, read: ReadAt, bytes: number): Promise<Report> {
  const head = Buffer.from(await read(0, 64 * 1024));
  const content = mayBePart(head) ? await wholeBytes(read, bytes) : Buffer.alloc(0);
  const kernel = kernelFacts(file, content);
  if (kernel) {
    const report = emptyReport(file, 'kernel', 'a Linux kernel: the file does not tell whether it is of BOEL');
    return { ...report, parts: [{ at: file, kernel }], problems: kernel.wrong ? [`the kernel ${kernel.wrong}`] : [] };
  }
  const initrd = await initrdFacts(content);
  if (initrd) {
    const isOurs = initrd.kind === 'BOEL';
    const maker = initrd.kind === 'unknown' ? 'somebody else' : initrd.kind;
    const what = isOurs ? 'an initrd of BOEL' : `an initrd of ${maker}: systemimager has not made it`;
    const problems =
      initrd.wrong && (isOurs || !initrd.wrong.startsWith('is packed')) ? [`the initrd ${initrd.wrong}`] : [];
    return {
      ...emptyReport(file, 'initrd', what),
      isOurs,
      parts: [{ at: file, initrd }],
      problems,
      notes: problems.length ? [] : [initrd.wrong ?? ''].filter(Boolean),
    };
  }
  const isDisk = head.length >= 512 && head.readUInt16LE(510) === 0xaa55;
  if (isDisk)
    return { ...emptyReport(file, 'disk', 'a disk with an MBR, and no medium of systemimager'), isOurs: false };
  throw new UserError(
    `${file} (${bytes} bytes) is no medium, no kernel and no initrd${head.every((byte) => byte === 0) ? ': it begins with zeros' : ''}`,
    'Name a floppy image, an ISO, a stick, a folder of mkbootserver, a kernel or an initrd. Is the file whole?',
  );
}

/** A kernel or an archive begins like this; a disk of a terabyte is not read for nothing. */
const mayBePart = (head: Buffer) =>
  head.toString('latin1', 0x202, 0x206) === 'HdrS' ||
  head.toString('latin1', 0x38, 0x3c) === 'ARM\x64' ||
  /^(3037303730|1f8b|28b52ffd|fd377a58|02214c18|425a68|5d0000|894c5a4f|4d5a)/.test(head.toString('hex', 0, 5));
