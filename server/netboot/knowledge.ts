import { messageOf } from '../../common/system/errors.ts';
import type { FileFacts, ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { type KnownHost, readHosts } from '../config/hosts-json.ts';
import { type Netboot, readNetboot } from './netboot.ts';

/** A file that is replaced gets another inode, and a file that an editor changes in place gets another time. */
const looksOf = ({ dev, ino, mtimeMs, sizeBytes }: FileFacts) => [dev, ino, mtimeMs, sizeBytes].join();

/** Gives a function that reads a file only if it looks different from the last time. */
function remembering<T>(io: ReadIo, at: AbsPath, read: (io: ReadIo, at: AbsPath) => Promise<T>): () => Promise<T> {
  let last: { looks: string; value: T } | undefined;
  return async () => {
    const stat = await io.lstat(at);
    // A link stays the same while its target changes.
    if (stat?.kind !== 'file') return read(io, at);
    const looks = looksOf(stat);
    if (last?.looks !== looks) last = { looks, value: await read(io, at) };
    return last.value;
  };
}

/**
 * Gives a function that tells what machines boot; a question costs no reading of ten thousand entries. If hosts.json or
 * netboot.json is invalid, nobody knows which machines are installed: all start their own disks, and `broken` says why.
 */
export function bootKnowledge(
  io: ReadIo,
  paths: Pick<ServerPaths, 'netboot' | 'hosts'>,
  unknown: ServerConfig['unknown'],
): () => Promise<{ netboot: Netboot; hosts: KnownHost[]; unknown: ServerConfig['unknown']; broken?: string }> {
  const netboot = remembering(io, paths.netboot, readNetboot);
  const hosts = remembering(io, paths.hosts, readHosts);
  return async () => {
    try {
      return { netboot: await netboot(), hosts: await hosts(), unknown };
    } catch (error) {
      return { netboot: { version: 1, machines: {} }, hosts: [], unknown: 'local', broken: messageOf(error) };
    }
  };
}
