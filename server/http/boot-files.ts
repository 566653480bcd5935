import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Hono } from 'hono';
import { type AbsPath, resolvePlace, under } from '../../common/system/place.ts';
import { bootArchitectures, ipxeFiles } from '../netboot/boot-script.ts';
import { parseRange } from './byte-range.ts';
import type { WebContext, WebEnv, WebFacts } from './context.ts';

/** A name in boot/ARCH that may be asked for; nothing that starts with a dot. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The path without its percent signs; undefined where they mean nothing. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Sends a file, or the part of it that the Range header asks for. */
function sendFile(c: WebContext, at: AbsPath, facts: { sizeBytes: number; mtimeMs: number }): Response {
  const { sizeBytes, mtimeMs } = facts;
  const headers = {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'last-modified': new Date(mtimeMs).toUTCString(),
  };
  const range = parseRange(c.req.header('range'), sizeBytes);
  if (range === 'none') return c.body(null, 416, { ...headers, 'content-range': `bytes */${sizeBytes}` });
  const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range;
  const part: Record<string, string> =
    range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${sizeBytes}` };
  const all = { ...headers, ...part, 'content-length': String(last - first + 1) };
  const status = range === 'whole' ? 200 : 206;
  if (c.req.method === 'HEAD' || sizeBytes === 0) return c.body(null, status, all);
  const stream = Readable.toWeb(createReadStream(at, { start: first, end: last })) as ReadableStream<Uint8Array>;
  return c.body(stream, status, all);
}

/**
 * GET /boot/ARCH/FILE and /boot/ARCH/grub/FILE: kernel, initrd.img and what lies beside them; ranges are answered.
 * GET /ipxe/NAME: iPXE itself, for UEFI that boots by HTTP.
 */
export function bootFileRoutes(app: Hono<WebEnv>, { io, paths }: WebFacts): void {
  app.get('/boot/:arch/*', async (c) => {
    const [arch = '', ...names] = (decoded(c.req.path) ?? '').split('/').slice(2);
    const isNamed =
      (bootArchitectures as readonly string[]).includes(arch) && names.every((name) => namePattern.test(name));
    if (!isNamed) return c.notFound();
    const at = await resolvePlace(
      { root: paths.boot, path: `/${arch}/${names.join('/')}` },
      (link) => io.readLink(link),
      true,
    );
    const stat = await io.lstat(at);
    if (stat?.kind !== 'file') return c.notFound();
    return sendFile(c, at, stat);
  });
  app.get('/ipxe/:name', async (c) => {
    const name = ipxeFiles.find((one) => one === c.req.param('name'));
    const at = name && under(paths.tftp, name);
    const stat = at && (await io.lstat(at));
    return at && stat?.kind === 'file' ? sendFile(c, at, stat) : c.notFound();
  });
}
