import { createHash, X509Certificate } from 'node:crypto';

/** The signature in a program of UEFI: who signed it, and whether the program is still the one that was signed. */
export type Signature = { by: string; fits: boolean };

/**
 * The signature of a PE file (Microsoft, "Windows Authenticode Portable Executable Signature Format", 2008); undefined if it has
 * none, `cut` if the file ends before its signature does.
 */
export function readSignature(file: Buffer): Signature | 'cut' | undefined {
  if (file.length < 0x40 || file.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const pe = file.readUInt32LE(0x3c);
  if (pe + 24 + 152 > file.length || file.toString('latin1', pe, pe + 4) !== 'PE\0\0') return undefined;
  const optional = pe + 24;
  // PE32 has magic 0x10b, PE32+ 0x20b; the table of certificates is the fifth data directory.
  const directory = optional + (file.readUInt16LE(optional) === 0x20b ? 144 : 128);
  const [at, bytes] = [file.readUInt32LE(directory), file.readUInt32LE(directory + 4)];
  if (at === 0 || bytes === 0) return undefined;
  if (at + bytes > file.length || bytes < 8) return 'cut';
  const checksum = optional + 64;
  const hash = createHash('sha256')
    .update(file.subarray(0, checksum))
    .update(file.subarray(checksum + 4, directory));
  const digest = hash.update(file.subarray(directory + 8, at)).digest();
  try {
    const signed = signedData(file.subarray(at + 8, at + file.readUInt32LE(at)));
    return { by: signed.by, fits: signed.digest.equals(digest) };
  } catch {
    return { by: 'a signature that cannot be read', fits: false };
  }
}

/** The name of the signer, and the digest that is signed, in PKCS #7 SignedData (RFC 2315, section 9). */
function signedData(der: Buffer): { by: string; digest: Buffer } {
  const signed = childrenOf(childrenOf(element(der, 0).content)[1]?.content ?? empty)[0]?.content ?? empty;
  const [, , info, ...rest] = childrenOf(signed);
  const data = childrenOf(childrenOf(info?.content ?? empty)[1]?.content ?? empty)[0]?.content ?? empty;
  const digest = childrenOf(childrenOf(data)[1]?.content ?? empty)[1]?.content ?? empty;
  const certificates = childrenOf(rest.find(({ tag }) => tag === 0xa0)?.content ?? empty).map(
    ({ whole }) => new X509Certificate(whole),
  );
  const signer = certificates.find(
    (one) => !certificates.some((other) => other !== one && other.issuer === one.subject),
  );
  const name = signer ?? certificates[0];
  return { by: /^CN=(.*)$/m.exec(name?.subject ?? '')?.[1] ?? 'nobody by name', digest };
}

type Element = { tag: number; content: Buffer; whole: Buffer };
const empty = Buffer.alloc(0);

/** One element of DER (ITU-T X.690, 8.1): tag, length, content. */
function element(der: Buffer, at: number): Element {
  const short = der.readUInt8(at + 1);
  const count = short < 0x80 ? 0 : short - 0x80;
  const length = count === 0 ? short : der.readUIntBE(at + 2, count);
  const start = at + 2 + count;
  if (start + length > der.length) throw new RangeError('DER ends early');
  return {
    tag: der.readUInt8(at),
    content: der.subarray(start, start + length),
    whole: der.subarray(at, start + length),
  };
}
function childrenOf(content: Buffer): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < content.length; at += all.at(-1)?.whole.length ?? 1) all.push(element(content, at));
  return all;
}
