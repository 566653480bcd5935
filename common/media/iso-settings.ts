import { createHash } from 'node:crypto';
import { UserError } from '../system/errors.ts';
import { readIso } from './iso9660.ts';
import { type Extent, type ReadAt, readStored, type StoredFile } from './stored.ts';
import { parseSums, sumsName } from './sums.ts';

/** local.cfg has a size of its own on an ISO, so that another local.cfg can take its place without a new ISO. */
const roomBytes = 16 * 1024;

/** Where an ISO of ours keeps its settings: local.cfg, and the list of sums with its text. */
export type IsoSettings = { localCfg: Extent; sums: Extent; sumsText: string };

/** Bytes that take the place of others, from byte `offset` of the medium on. */
export type Patch = { offset: number; bytes: Buffer };

/** local.cfg as it lies on an ISO: filled up with empty lines. */
export function paddedCfg(content: Uint8Array): Buffer {
  return filled(content, Math.max(1, Math.ceil(content.length / roomBytes)) * roomBytes);
}

function filled(content: Uint8Array, size: number): Buffer {
  const bytes = Buffer.alloc(size, '\n');
  bytes.set(content);
  return bytes;
}

/** Finds local.cfg and SHA256SUMS on an ISO by its directories; UserError if the ISO has none of them. */
export async function findIsoSettings(read: ReadAt): Promise<IsoSettings> {
  const files = (await readIso(read))?.files;
  const [localCfg, sums] = [onePiece(files?.get('local.cfg')), onePiece(files?.get(sumsName))];
  const sumsFile = files?.get(sumsName);
  if (!localCfg || !sums || !sumsFile)
    throw new UserError(
      'the ISO has no local.cfg that could be changed',
      'Name an ISO that systemimager mkautoinstallcd has made.',
    );
  return { localCfg, sums, sumsText: String(await readStored(read, sumsFile, 4 * 1024 * 1024)) };
}

const onePiece = (file: StoredFile | undefined) => (file?.extents.length === 1 ? file.extents[0] : undefined);

/** The bytes of an ISO that change for another local.cfg: the file itself, and its sum. All other bytes stay. */
export function isoPatches({ localCfg, sums, sumsText }: IsoSettings, content: Uint8Array): Patch[] {
  if (content.length > localCfg.bytes)
    throw new UserError(
      `local.cfg has ${content.length} bytes, and the ISO has room for ${localCfg.bytes}`,
      'Shorten local.cfg, or make a new ISO: systemimager mkautoinstallcd',
    );
  const bytes = filled(content, localCfg.bytes);
  const old = parseSums(sumsText).get('local.cfg');
  const line = old === undefined ? -1 : sumsText.indexOf(`${old}  local.cfg\n`);
  if (line < 0)
    throw new UserError(
      `${sumsName} on the ISO has no line of local.cfg`,
      'Make a new ISO: systemimager mkautoinstallcd',
    );
  const sum = createHash('sha256').update(bytes).digest('hex');
  const offset = sums.offset + Buffer.byteLength(sumsText.slice(0, line));
  return [
    { offset: localCfg.offset, bytes },
    { offset, bytes: Buffer.from(sum) },
  ];
}
