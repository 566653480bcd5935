import type { ReadIo } from '../../common/system/io.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { type KnownHost, problemWords, readHosts } from '../hosts/hosts-json.ts';
import { type Netboot, readNetboot } from './netboot.ts';

/**
 * What machines boot. Where hosts.json or netboot.json does not read, nobody knows which machines are installed already: then all
 * of them start their own disks, and `broken` says why.
 */
export async function readBootKnowledge(
  io: ReadIo,
  paths: Pick<ServerPaths, 'netboot' | 'hosts'>,
  unknown: ServerConfig['unknown'],
): Promise<{ netboot: Netboot; hosts: KnownHost[]; unknown: ServerConfig['unknown']; broken?: string }> {
  try {
    return { netboot: await readNetboot(io, paths.netboot), hosts: await readHosts(io, paths.hosts), unknown };
  } catch (error) {
    return { netboot: { version: 1, machines: {} }, hosts: [], unknown: 'local', broken: problemWords(error) };
  }
}
