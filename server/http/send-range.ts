import type { ReadableStream } from 'node:stream/web';
import { type ByteRange, parseRange } from './byte-range.ts';
import type { WebContext } from './context.ts';

/** Bytes to send. `validator` is the header, ETag or Last-Modified, that changes when the bytes change. */
export type Sendable = {
  sizeBytes: number;
  validator: { etag: string } | { 'last-modified': string };
  /** The bytes of this range; undefined if they are gone by now. */
  open: (range: ByteRange) => ReadableStream<Uint8Array> | undefined;
};

/** Sends all bytes, or the part that Range asks for; If-Range and If-None-Match are answered (RFC 9110, 13.1 and 14). */
export function sendRange(c: WebContext, { sizeBytes, validator, open }: Sendable): Response | Promise<Response> {
  const headers = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream', ...validator };
  const [value = ''] = Object.values(validator);
  const known = c.req
    .header('if-none-match')
    ?.split(',')
    .map((one) => one.trim().replace(/^W\//, ''));
  if ('etag' in validator && known?.includes(value)) return c.body(null, 304, validator);
  const condition = c.req.header('if-range');
  const isSame = condition === undefined || condition.trim() === value;
  const range = isSame ? parseRange(c.req.header('range'), sizeBytes) : 'whole';
  if (range === 'none') return c.body(null, 416, { ...headers, 'content-range': `bytes */${sizeBytes}` });
  const part = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range;
  const { first, last } = part;
  const told: Record<string, string> =
    range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${sizeBytes}` };
  const all = { ...headers, ...told, 'content-length': String(last - first + 1) };
  const status = range === 'whole' ? 200 : 206;
  if (c.req.method === 'HEAD' || sizeBytes === 0) return c.body(null, status, all);
  const stream = open(part);
  return stream === undefined ? c.notFound() : c.body(stream as globalThis.ReadableStream, status, all);
}
