import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Hono } from 'hono';
import type { WebEnv } from './context.ts';

/**
 * What strangers may take. A rack that boots at once asks from hundreds of addresses, each over a few connections; an event of
 * a report is at most 1 MiB, and is there within a minute on any wire that can install a machine.
 */
export const limits = {
  connections: 2000,
  connectionsPerAddress: 64,
  /** Until a request's head is there. */
  headMs: 15_000,
  /** Until all of a request is there. */
  requestMs: 60_000,
  /** A download that takes nothing for so long is let go. */
  silentMs: 120_000,
};

/** Refuses more connections from one address than `most`. */
function limitPerAddress(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > most) socket.destroy();
  });
}

/** The HTTP server around the routes, with its limits; it does not listen yet. */
export function webServer(app: Hono<WebEnv>, most = limits): Server {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.maxConnections = most.connections;
  server.headersTimeout = most.headMs;
  server.requestTimeout = most.requestMs;
  server.timeout = most.silentMs;
  limitPerAddress(server, most.connectionsPerAddress);
  return server;
}

/** Opens the port. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}
