import { closeSync, createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Hono } from 'hono';
import { openPlain } from '../../common/system/files/open-plain.ts';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, type Place, under } from '../../common/system/place.ts';
import { architectures } from '../../common/boot/architectures.ts';
import { ipxeFiles } from '../../common/boot/firmware-files.ts';
import type { WebContext, WebEnv, WebFacts } from './context.ts';
import { sendRange } from './send-range.ts';

/** A name in boot/ARCH that may be asked for; nothing that starts with a dot. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The path with its percent codes decoded; undefined if they mean nothing. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Opens a file that was just looked at; undefined if another file, or none, is there by now. */
function openStill(at: Place, sizeBytes: number): number | undefined {
  try {
    const { fd, stat } = openPlain(at);
    if (stat.size === sizeBytes) return fd;
    closeSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return undefined;
}

/** Sends a file, or the part of it that the Range header asks for. */
function sendFile(
  c: WebContext,
  at: Place,
  { sizeBytes, mtimeMs }: { sizeBytes: number; mtimeMs: number },
): Response | Promise<Response> {
  return sendRange(c, {
    sizeBytes,
    validator: { 'last-modified': new Date(mtimeMs).toUTCString() },
    open({ first, last }) {
      const fd = openStill(at, sizeBytes);
      if (fd === undefined) return undefined;
      return Readable.toWeb(createReadStream('', { fd, start: first, end: last })) as ReadableStream<Uint8Array>;
    },
  });
}

/**
 * GET /boot/ARCH/FILE and /boot/ARCH/grub/FILE: kernel, initrd.img and the files beside them; ranges are answered.
 * GET /ipxe/NAME: iPXE itself, for UEFI that boots by HTTP.
 */
export function bootFileRoutes(app: Hono<WebEnv>, { io, paths }: WebFacts): void {
  app.get('/boot/:arch/*', async (c) => {
    const [arch = '', ...names] = (decoded(c.req.path) ?? '').split('/').slice(2);
    const isNamed =
      (architectures as readonly string[]).includes(arch) && names.every((name) => namePattern.test(name));
    if (!isNamed) return c.notFound();
    const at: AbsPath = `/${arch}/${names.join('/')}`;
    const stat = await inside(io, paths.boot).stat(at);
    if (stat?.kind !== 'file') return c.notFound();
    return sendFile(c, { root: paths.boot, path: at }, stat);
  });
  app.get('/ipxe/:name', async (c) => {
    const name = ipxeFiles.find((one) => one === c.req.param('name'));
    const stat = name && (await io.lstat(under(paths.tftp, name)));
    if (!stat || stat.kind !== 'file') return c.notFound();
    return sendFile(c, { root: paths.tftp, path: `/${name}` }, stat);
  });
}
