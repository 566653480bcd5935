import type { FileHandle } from 'node:fs/promises';
import { UserError } from '../../common/system/errors.ts';

/** A file in an ar archive: where its bytes lie. */
export type ArMember = { name: string; offset: number; sizeBytes: number };

/** ar(5): the archive's first bytes, and the length of the header before each member. */
const magic = '!<arch>\n';
const headerBytes = 60;

/** Lists the members of an ar archive in the common format, as a .deb is (deb(5)). */
export async function readAr(file: FileHandle, name: string): Promise<ArMember[]> {
  const { size } = await file.stat();
  const start = Buffer.alloc(magic.length);
  await file.read(start, 0, start.length, 0);
  if (start.toString('latin1') !== magic) throw broken(name, 'the file does not start like an ar archive');
  const members: ArMember[] = [];
  for (let at = magic.length; at < size; ) {
    const header = Buffer.alloc(headerBytes);
    const { bytesRead } = await file.read(header, 0, headerBytes, at);
    if (bytesRead < headerBytes || header.toString('latin1', 58, 60) !== '`\n') throw broken(name, 'a header is cut');
    const sizeText = header.toString('latin1', 48, 58).trim();
    const sizeBytes = Number(sizeText);
    if (!/^\d+$/.test(sizeText) || at + headerBytes + sizeBytes > size) throw broken(name, 'a member is cut');
    members.push({
      name: header.toString('latin1', 0, 16).trim().replace(/\/$/, ''),
      offset: at + headerBytes,
      sizeBytes,
    });
    at += headerBytes + sizeBytes + (sizeBytes % 2);
  }
  return members;
}

const broken = (name: string, what: string) =>
  new UserError(`${name} is not a whole package: ${what}`, `Remove the package and build again: rm ${name}`);
