// Parsed by hand: serveStatic of @hono/node-server follows links out of its folder, and does not export its parser of ranges.

/** The part of a file that is to be sent: first and last byte, both included. */
export type ByteRange = { first: number; last: number };

/**
 * Reads a Range header (RFC 9110 section 14.1.2) for a file of `sizeBytes`. `whole` if there is no header, or a header with
 * several ranges, which may be answered with the whole file; `none` if the range lies outside the file.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0 ? 'none' : { first: sizeBytes - length, last: sizeBytes - 1 };
  }
  const range = { first: Number(from), last: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) };
  if (to !== '' && Number(to) < range.first) return 'whole';
  return range.first >= sizeBytes ? 'none' : range;
}
