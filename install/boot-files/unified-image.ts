import { kernelRelease } from './kernel-file.ts';

/** Parts of a unified kernel image: UAPI group specification 5. */
export type UnifiedImage = { release: string | undefined; initrd: Buffer; commandLine: string };

/** Microsoft PE format: the offset of the header's address, and the sizes of the header and of a section's entry. */
const [headerAt, headerBytes, entryBytes] = [0x3c, 24, 40];

/** Takes a unified image apart; undefined if the file is no PE image with a kernel. */
export function readUnifiedImage(image: Buffer): UnifiedImage | undefined {
  const start = image.length > headerAt + 4 ? image.readUInt32LE(headerAt) : image.length;
  if (start + headerBytes > image.length || image.toString('latin1', start, start + 4) !== 'PE\0\0') return undefined;
  const count = image.readUInt16LE(start + 6);
  const table = start + headerBytes + image.readUInt16LE(start + 20);
  const sections = new Map<string, Buffer>();
  for (let at = table; at < table + count * entryBytes && at + entryBytes <= image.length; at += entryBytes) {
    const name = image.toString('latin1', at, at + 8).replace(/\0.*/s, '');
    const [bytes, rawBytes, rawAt] = [
      image.readUInt32LE(at + 8),
      image.readUInt32LE(at + 16),
      image.readUInt32LE(at + 20),
    ];
    if (!sections.has(name)) sections.set(name, image.subarray(rawAt, rawAt + Math.min(bytes, rawBytes)));
  }
  const [linux, initrd] = [sections.get('.linux'), sections.get('.initrd')];
  if (!linux) return undefined;
  const text = (name: string) => sections.get(name)?.toString('utf8').replace(/\0.*/s, '').trim();
  return {
    release: text('.uname') ?? kernelRelease(linux),
    initrd: initrd ?? Buffer.alloc(0),
    commandLine: text('.cmdline') ?? '',
  };
}
