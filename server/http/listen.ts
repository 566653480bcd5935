import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Hono } from 'hono';
import { type Networks, networkFilter, plainAddress, sourceOf } from '../config/networks.ts';
import type { WebEnv } from './context.ts';

/**
 * The resources that strangers may use. A rack that boots at once asks from hundreds of addresses, each over a few connections;
 * an event of a report is at most 1 MiB, and arrives within a minute on any network that can install a machine.
 */
export const limits = {
  connections: 2000,
  connectionsPerAddress: 64,
  /** The time until a request's head must be there. */
  headMs: 15_000,
  /** The time until all of a request must be there. */
  requestMs: 60_000,
  /** A download that takes nothing for this time is ended. */
  silentMs: 120_000,
};

/** Which addresses are answered, and the text that others get without a look at their request. */
export type Gate = { isAnswered: (address: string) => boolean; refusal: (address: string) => string };

/** Lets in only addresses that the gate answers, and at most `most` connections from one address. */
function guard(server: Server, { isAnswered, refusal }: Gate, most: number): void {
  const open = new Map<string, number>();
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (!isAnswered(address)) {
      socket.on('error', () => {});
      socket.write(refusal(plainAddress(address)));
      return socket.destroySoon();
    }
    const source = sourceOf(address);
    const count = (open.get(source) ?? 0) + 1;
    open.set(source, count);
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1;
      if (left > 0) open.set(source, left);
      else open.delete(source);
    });
    if (count > most) socket.destroy();
  });
}

/** How many refused addresses are told on the console. */
const toldAddresses = 20;

/** The gate for these networks; `settingsFile` is the file that sets them. */
export function networkGate(networks: Networks, settingsFile: string, say: (line: string) => void): Gate {
  const told = new Set<string>();
  return {
    isAnswered: networkFilter(networks),
    refusal(address) {
      const error = `this server does not answer ${address}`;
      const hint = `Add the network of ${address} to networks in ${settingsFile}.`;
      if (!told.has(address) && told.size < toldAddresses) {
        told.add(address);
        say(`${error}. ${hint}`);
      }
      const body = JSON.stringify({ error, hint });
      const head = ['HTTP/1.1 403 Forbidden', 'content-type: application/json', 'connection: close'];
      return [...head, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
    },
  };
}

/** The HTTP server around the routes, with its limits; it does not listen yet. */
export function webServer(app: Hono<WebEnv>, gate: Gate, most = limits): Server {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.maxConnections = most.connections;
  server.headersTimeout = most.headMs;
  server.requestTimeout = most.requestMs;
  server.timeout = most.silentMs;
  guard(server, gate, most.connectionsPerAddress);
  return server;
}

/** Opens the port. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}
