import fs from 'node:fs/promises';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Server } from 'node:http';
import { queriedNeeds } from '../../common/model/image-facts.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io, Owner } from '../../common/system/io.ts';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { probeStart } from '../../install/boot/probe-start.ts';
import { startFacts } from '../../install/initramfs/start-facts.ts';
import type { ServerPaths } from '../config/paths.ts';
import { Finished, type Monitor } from '../http/monitor.ts';
import { factsReader } from '../images/facts.ts';
import { verifyRemark } from '../images/verify.ts';
import { type FinishedMachines, finishedMachines } from './finished-machines.ts';
import { listImages } from '../images/modules.ts';

/** The answers of root, from files that only root can read or may write. */
export function rootMonitor(
  io: Io,
  paths: ServerPaths,
  say: (line: string) => void,
  signal: AbortSignal,
  finished: Pick<FinishedMachines, 'add' | 'unwritten'> = finishedMachines(io, paths, say),
): Monitor {
  const facts = factsReader(io, paths, { say, signal });
  return {
    images: () => listImages(io, paths),
    facts: async (name, mounts, needs) => ({
      ...(await facts(name, mounts)),
      ...(await verifyRemark(io, paths, name)),
      ...startFacts(await probeStart(inside(io, under(paths.images, name))), needs),
    }),
    finished: finished.add,
    unwritten: async () => finished.unwritten(),
  };
}

/** The monitor as requests and answers. An intruder may control the HTTP server, so everything is checked here again. */
export function monitorApp(monitor: Monitor): Hono {
  const app = new Hono();
  app.get('/images', async (c) => c.json(await monitor.images()));
  app.get('/images/:name/facts', async (c) =>
    c.json(
      await monitor.facts(
        c.req.param('name'),
        c.req.queries('mount') ?? ['/'],
        queriedNeeds((key) => c.req.queries(key)),
      ),
    ),
  );
  app.get('/unwritten', async (c) => c.json(await monitor.unwritten()));
  app.post('/finished', async (c) => {
    const done = Finished.safeParse(await c.req.json().catch(() => undefined));
    if (!done.success) return c.body(null, 400);
    await monitor.finished(done.data);
    return c.body(null, 204);
  });
  app.onError((error, c) =>
    error instanceof UserError
      ? c.json({ error: error.message, hint: error.hint }, 404)
      : c.json({ error: error.message, hint: '' }, 500),
  );
  return app;
}

/** The longest path of a Unix socket (unix(7), sun_path), without its NUL. */
const longestSocketPath = 107;

/** Answers on a Unix socket that only `owner` and root can open. Gives a function that ends the monitor. */
export async function startMonitor(monitor: Monitor, socket: AbsPath, owner: Owner): Promise<() => Promise<void>> {
  if (Buffer.byteLength(socket) > longestSocketPath)
    throw new UserError(
      `${socket} has more than the ${longestSocketPath} bytes that the path of a Unix socket may have`,
      'Give a shorter path as --root.',
    );
  const server = createAdaptorServer({ fetch: monitorApp(monitor).fetch }) as Server;
  await fs.rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  await fs.chmod(socket, 0o600);
  await fs.chown(socket, owner.uid, owner.gid);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
