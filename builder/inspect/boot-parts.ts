import { readInitramfs } from '../../install/initramfs/read-initramfs.ts';
import { BoelFacts, boelFactsAt } from '../initrd/boel-facts.ts';
import { findKernelImage } from '../kernel/kernel-image.ts';
import { readSignature } from './signature.ts';

/** What a kernel says of itself. `wrong`: why it is not whole, as the end of a sentence about it. */
export type KernelFacts = {
  architecture: string;
  version?: string;
  bytes: number;
  signedBy?: string;
  wrong?: string;
};

/** What the file of a kernel says; undefined for other files. */
export function kernelFacts(file: string, content: Buffer): KernelFacts | undefined {
  const image = findKernelImage(file, content);
  if (!image) return undefined;
  const facts = { architecture: image.architecture, version: image.version, bytes: content.length };
  const signature = readSignature(content);
  if (signature === 'cut') return { ...facts, wrong: 'is cut off: it ends before its signature' };
  const signedBy = signature?.by;
  if (signature?.fits === false)
    return { ...facts, signedBy, wrong: 'is not the kernel that was signed: some bytes differ' };
  const needed = image.architecture === 'amd64' ? x86Bytes(content) : 0;
  if (content.length < needed)
    return { ...facts, signedBy, wrong: `is cut off: it has ${content.length} of ${needed} bytes` };
  return { ...facts, signedBy };
}

/** Setup sectors (setup_sects, 0x1f1) with the boot sector, and 16-byte units of the rest (syssize, 0x1f4): arch/x86/boot.rst. */
const x86Bytes = (content: Buffer) => ((content[0x1f1] || 4) + 1) * 512 + content.readUInt32LE(0x1f4) * 16;

/** What an initrd says of itself. `boel`: what BOEL's builder wrote into it. */
export type InitrdFacts = {
  bytes: number;
  files: number;
  kind: 'BOEL' | 'initramfs-tools' | 'dracut' | 'debian-installer' | 'unknown';
  boel?: BoelFacts;
  wrong?: string;
};

/** What an initrd says; undefined for a file that holds no archive. */
export async function initrdFacts(content: Buffer): Promise<InitrdFacts | undefined> {
  const start = content.toString('hex', 0, 5);
  const isArchive = start.startsWith('3037303730');
  if (!isArchive && !/^(1f8b|28b52ffd|fd377a58|02214c18|425a68|5d0000|894c5a4f)/.test(start)) return undefined;
  const { names, texts, unread } = await readInitramfs(content, (name) => name === boelFactsAt.slice(1));
  // A packed file that holds no archive is no initrd.
  if (names.length === 0 && !isArchive && !unread?.startsWith('is packed by')) return undefined;
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const kind = has(/^(etc\/boel-built|boel\.squashfs)$/)
    ? 'BOEL'
    : has(/^conf\/initramfs\.conf$/)
      ? 'initramfs-tools'
      : has(/^(usr\/)?lib\/dracut\//)
        ? 'dracut'
        : has(/^(usr\/)?(lib|share)\/debian-installer/)
          ? 'debian-installer'
          : 'unknown';
  const said = texts[boelFactsAt.slice(1)];
  const boel = said === undefined ? undefined : BoelFacts.safeParse(jsonOf(said)).data;
  return { bytes: content.length, files: names.length, kind, boel, wrong: unread };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
