import { z } from 'zod';
import { absPath } from '../../common/system/place.ts';
import { ServerConfig } from '../config/server-toml.ts';

/** The part of server.toml that the HTTP server needs; all of it can be parsed again after it was printed. */
const WebConfig = z.object(ServerConfig.shape).pick({ unknown: true, append: true, reports: true });
export type WebConfig = z.infer<typeof WebConfig>;

/** The settings of the HTTP server: run/…/web.json, written by `systemimager serve`. */
export const WebSettings = z.object({
  /** --root: every path of the server lies below it. */
  root: z.string().startsWith('/').transform(absPath),
  ports: z.object({ http: z.int(), rsync: z.int() }),
  networks: z.union([z.literal('*'), z.array(z.string())]),
  /** The names of this server, in lower case. */
  names: z.array(z.string()),
  config: WebConfig,
});
export type WebSettings = z.infer<typeof WebSettings>;
