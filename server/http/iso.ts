import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Hono } from 'hono';
import { type Architecture, architectures } from '../../common/boot/architectures.ts';
import { parseMac } from '../../common/model/mac.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Place, under } from '../../common/system/place.ts';
import { type MachineCfg, machineCfg } from '../iso/machine-cfg.ts';
import { neighbourMac } from '../iso/neighbours.ts';
import { isoShelf } from '../iso/served-iso.ts';
import { staleIso } from '../iso/stale-iso.ts';
import type { BootDecisions } from './boot-decisions.ts';
import { askedFrom, reachedAt, type WebContext, type WebEnv, type WebFacts } from './context.ts';
import { sendRange } from './send-range.ts';

/** How many answers are remembered that the console has shown: a server board asks thousands of times for parts of an ISO. */
const toldAnswers = 1000;

/** Names of the ISO: boel.iso for amd64, boel-ARCH.iso for others. */
const archOf = (name: string): Architecture | undefined =>
  architectures.find((arch) => name === (arch === 'amd64' ? 'boel.iso' : `boel-${arch}.iso`));

/**
 * GET /iso/MAC/boel.iso: the CD of `mkautoinstallcd` with a local.cfg for this machine, for the virtual media of server boards.
 * GET /iso/boel.iso: the same for the machine that asks, for UEFI that boots by HTTP. A machine that starts its own disk gets no
 * ISO, so its firmware goes on with the next boot entry.
 */
export function isoRoutes(app: Hono<WebEnv>, facts: WebFacts, decisions: BootDecisions): void {
  const { io, paths, config, cards, ports } = facts;
  const shelf = isoShelf();
  const told = new Set<string>();
  const sayOnce = (line: string) => {
    if (told.has(line)) return;
    if (told.size >= toldAnswers) told.clear();
    told.add(line);
    facts.say(line);
  };
  const refuse = (c: WebContext, error: string, hint: string) => {
    sayOnce(`${error}. ${hint}`);
    return c.json({ error, hint }, 404);
  };
  const send = async (c: WebContext, mac: string, arch: Architecture) => {
    const answer = await decisions.decide(mac);
    const { who, why } = answer;
    if (answer.boot === 'local')
      return refuse(c, `${who} starts its own disk: ${why}`, `To install it again, type: systemimager netboot ${who}`);
    const place: Place = { root: paths.boot, path: `/${arch}/boel.iso` };
    const at = under(paths.boot, arch, 'boel.iso');
    if ((await io.lstat(at))?.kind !== 'file')
      return refuse(
        c,
        `${who} asks for an ISO, and ${at} is missing`,
        `Run: systemimager mkautoinstallcd --for-serve --arch ${arch}`,
      );
    const { address, port } = reachedAt(c, ports.http);
    const wish: MachineCfg = {
      mac,
      action: answer.boot,
      host: answer.known,
      reached: { address, httpPort: port, rsyncPort: ports.rsync },
      cards,
      dhcp: config.dhcp,
    };
    const iso = await shelf(place, machineCfg(wish));
    sayOnce(`${who} gets an ISO with its local.cfg (${why})`);
    // A boot begins with the first byte; what follows are thousands of requests for other parts.
    const isBegin = /^bytes=0-|^$/.test(c.req.header('range') ?? '');
    const stale = isBegin ? await staleIso(io, paths, arch, iso.sumsText) : undefined;
    if (stale !== undefined) sayOnce(stale);
    const open = (range: { first: number; last: number }) =>
      Readable.toWeb(Readable.from(iso.bytes(range))) as ReadableStream<Uint8Array>;
    return sendRange(c, { sizeBytes: iso.sizeBytes, validator: { etag: iso.etag }, open });
  };
  const answer = async (c: WebContext, mac: string, arch: Architecture) => {
    try {
      return await send(c, mac, arch);
    } catch (error) {
      if (error instanceof UserError) return refuse(c, error.message, error.hint);
      throw error;
    }
  };
  app.get('/iso/:name', async (c) => {
    const arch = archOf(c.req.param('name'));
    if (!arch) return c.notFound();
    const address = askedFrom(c);
    const mac = await neighbourMac(io, address);
    if (mac !== undefined) return answer(c, mac, arch);
    return refuse(
      c,
      `${address} asks for an ISO, and the MAC of ${address} is not known here`,
      `Behind a router, the DHCP server must give each machine its own URL: /iso/MAC/${c.req.param('name')}`,
    );
  });
  app.get('/iso/:mac/:name', async (c) => {
    const [mac, arch] = [parseMac(c.req.param('mac')), archOf(c.req.param('name'))];
    return mac && arch ? answer(c, mac, arch) : c.notFound();
  });
}
