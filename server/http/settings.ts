import { z } from 'zod';
import { DomainName } from '../../common/model/names.ts';
import { absPath } from '../../common/system/place.ts';
import { ServerConfig } from '../config/server-toml.ts';

/** The part of server.toml that the HTTP server needs; all of it can be parsed again after it was printed. */
const WebConfig = z
  .object(ServerConfig.shape)
  .pick({ unknown: true, append: true, reports: true })
  .extend({
    dhcp: z.object({
      router: z.ipv4().optional(),
      dns: z.array(z.ipv4()),
      domain: DomainName.optional(),
    }),
  });
export type WebConfig = z.infer<typeof WebConfig>;

/** The settings of the HTTP server: run/…/web.json, written by `systemimager serve`. */
export const WebSettings = z.object({
  /** --root: every path of the server lies below it. */
  root: z.string().startsWith('/').transform(absPath),
  ports: z.object({ http: z.int(), rsync: z.int() }),
  cards: z.array(z.object({ card: z.string(), address: z.string(), prefixLength: z.int(), mac: z.string() })),
  networks: z.union([z.literal('*'), z.array(z.string())]),
  /** The names of this server, in lower case. */
  names: z.array(z.string()),
  config: WebConfig,
});
export type WebSettings = z.infer<typeof WebSettings>;
