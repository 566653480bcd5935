import { UserError } from '../system/errors.ts';

/** One element of DER (ITU-T X.690): its tag, its content, and all of its bytes. */
export type Element = { tag: number; content: Buffer; whole: Buffer };

/** Tags that PKCS#7 uses: a sequence, a set, and the first element that is marked by a number of its own. */
export const tags = { sequence: 0x30, set: 0x31, first: 0xa0 } as const;

const damaged = () =>
  new UserError('the signature is damaged: DER ends too early', 'Take the file from its package again.');

/** Reads the element that begins at byte `at`. UserError if the element is cut off. */
export function readElement(bytes: Buffer, at = 0): Element {
  const [tag, short] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || short === undefined) throw damaged();
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  if (lengthBytes > 4 || short === 0x80 || at + 2 + lengthBytes > bytes.length) throw damaged();
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  if (start + length > bytes.length) throw damaged();
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

/** The elements inside of an element. */
export function childrenOf({ content }: Pick<Element, 'content'>): Element[] {
  const children: Element[] = [];
  for (let at = 0; at < content.length; ) {
    const child = readElement(content, at);
    children.push(child);
    at += child.whole.length;
  }
  return children;
}
