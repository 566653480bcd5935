import { UserError } from '../system/errors.ts';
import { childrenOf, readElement, tags } from './der.ts';
import { type CertificateNames, certificateNames } from './names.ts';

/** WIN_CERT_TYPE_PKCS_SIGNED_DATA (UEFI specification 2.10, 32.2.4). */
const pkcsSignedData = 2;
const entryHeadBytes = 8;

const noProgram = (what: string) =>
  new UserError(`the file is no boot program of UEFI: ${what}`, 'Take the file from its package again.');

/**
 * The names in the certificates of each signature of a PE/COFF program, such as shim (Microsoft PE Format, Optional Header Data
 * Directories and The Attribute Certificate Table); none if the program is not signed. UserError if the file is damaged.
 */
export function readSignatures(file: Buffer): CertificateNames[][] {
  const signatures: CertificateNames[][] = [];
  const table = certificateTable(file);
  for (let at = 0; at + entryHeadBytes <= table.length; ) {
    const length = table.readUInt32LE(at);
    if (length < entryHeadBytes || at + length > table.length) throw noProgram('its table of signatures is damaged');
    if (table.readUInt16LE(at + 6) === pkcsSignedData)
      signatures.push(readSignedData(table.subarray(at + entryHeadBytes, at + length)));
    // Entries begin at multiples of 8 bytes.
    at += Math.ceil(length / 8) * 8;
  }
  return signatures;
}

function certificateTable(file: Buffer): Buffer {
  const has = (at: number, bytes: number) => at >= 0 && at + bytes <= file.length;
  if (!has(0, 64) || file.toString('latin1', 0, 2) !== 'MZ') throw noProgram('the mark MZ is missing');
  const pe = file.readUInt32LE(0x3c);
  if (!has(pe, 26) || file.toString('latin1', pe, pe + 4) !== 'PE\0\0') throw noProgram('the mark PE is missing');
  const optional = pe + 24;
  // PE32+ has 16 bytes more before its data directories than PE32.
  const directories = optional + (file.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const entry = directories + 4 * 8;
  if (!has(entry, 8)) throw noProgram('its header is cut off');
  const [count, offset, bytes] = [directories - 4, entry, entry + 4].map((at) => file.readUInt32LE(at));
  if (count === undefined || count <= 4 || !offset || !bytes) return Buffer.alloc(0);
  if (!has(offset, bytes)) throw noProgram('it is cut off before its signatures');
  return file.subarray(offset, offset + bytes);
}

/** The certificates of a SignedData (RFC 2315, 9.1): [0] after the version, the digest algorithms and the content. */
function readSignedData(bytes: Buffer): CertificateNames[] {
  const [, content] = childrenOf(readElement(bytes));
  const [signed] = content?.tag === tags.first ? childrenOf(content) : [];
  const certificates = signed && childrenOf(signed).find((one) => one.tag === tags.first);
  return (certificates ? childrenOf(certificates) : []).flatMap((one) => certificateNames(one.whole) ?? []);
}

/** True if the firmware trusts a certificate of some signature, or the issuer of one: by names, because reports hold no keys. */
export function isTrusted(signatures: readonly CertificateNames[][], trusted: readonly string[]): boolean {
  return signatures.flat().some(({ subject, issuer }) => trusted.includes(subject) || trusted.includes(issuer));
}
