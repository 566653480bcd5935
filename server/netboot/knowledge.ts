import { messageOf } from '../../common/system/errors.ts';
import type { FileFacts, ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { type KnownHost, readHosts } from '../config/hosts-json.ts';
import { type Netboot, readNetboot } from './netboot.ts';

/** Whatever is written anew has another inode, and what an editor changes in its place another time. */
const looksOf = ({ dev, ino, mtimeMs, sizeBytes }: FileFacts) => [dev, ino, mtimeMs, sizeBytes].join();

/** Gives a function that reads a file only where it looks otherwise than the last time. */
function remembering<T>(io: ReadIo, at: AbsPath, read: (io: ReadIo, at: AbsPath) => Promise<T>): () => Promise<T> {
  let last: { looks: string; value: T } | undefined;
  return async () => {
    const stat = await io.lstat(at);
    // A link stays as it is while what it leads to changes.
    if (stat?.kind !== 'file') return read(io, at);
    const looks = looksOf(stat);
    if (last?.looks !== looks) last = { looks, value: await read(io, at) };
    return last.value;
  };
}

/**
 * Gives a function that tells what machines boot; a question costs no reading of ten thousand entries. Where hosts.json or netboot.json does not read, nobody knows which machines are installed already: then all
 * of them start their own disks, and `broken` says why.
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
