import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { z } from 'zod';
import { DomainName } from '../../common/model/names.ts';
import type { Io } from '../../common/system/io.ts';
import { plainAddress, type ServerCard } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { Reports } from '../reports/store.ts';
import type { Monitor } from './monitor.ts';
import type { WebConfig } from './settings.ts';

/** The facts and services that the routes of the HTTP server get. */
export type WebFacts = {
  io: Io;
  paths: ServerPaths;
  config: WebConfig;
  ports: { http: number; rsync: number };
  /** The addresses of this server. */
  cards: readonly ServerCard[];
  reports: Reports;
  monitor: Monitor;
  /** The names of this server, in lower case. */
  names: readonly string[];
  /** A line for the server's console. */
  say: (line: string) => void;
};

export type WebEnv = { Bindings: HttpBindings };
export type WebContext = Context<WebEnv>;

/** The address that a request comes from; an IPv4 address that came in over an IPv6 socket is written as IPv4. */
export function askedFrom(c: WebContext): string {
  return plainAddress(c.env.incoming?.socket.remoteAddress ?? '');
}

/** The ways to name a server to machines: its address, or a name. */
const ServerName = z.union([z.ipv4(), DomainName]);
const Port = z.coerce.number().int().min(1).max(65535);

/**
 * Address and port by which this client reaches the server: as the client wrote them in its Host header (which is right
 * behind address translation, too), else the address at which its connection came in. UEFI leaves the port out of the header, whatever the
 * port is: without a port, a client that names the very address of its connection has reached the port of this server.
 */
export function reachedAt(c: WebContext, httpPort: number): { address: string; port: number } {
  const local = plainAddress(c.env.incoming?.socket.localAddress ?? '127.0.0.1');
  const [, name = '', typed] = /^([^:]*)(?::(\d{1,5}))?$/.exec(c.req.header('host') ?? '') ?? [];
  const address = ServerName.safeParse(name.toLowerCase().replace(/\.$/, ''));
  const port = Port.safeParse(typed ?? (name === local ? httpPort : 80));
  if (address.success && port.success) return { address: address.data, port: port.data };
  return { address: local, port: httpPort };
}
