import { ImageName } from '../../common/model/names.ts';
import type { FileLock, Io } from '../../common/system/io.ts';
import { takeLock } from '../../common/system/lock.ts';
import { under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import { checkedWord } from '../hosts/host-range.ts';

/**
 * Keeps other commands from an image while a command works on it; UserError if another one does. Programs that write to the
 * image hold the lock, too, so that no command works beside a program that a killed command left.
 */
export async function lockImage(io: Io, { locks }: Pick<ServerPaths, 'locks'>, image: string): Promise<FileLock> {
  const name = checkedWord(ImageName, image, 'image name');
  const busy = `another command is at work on ${name}`;
  return takeLock(io, under(locks, `image.${name}`), { busy, writersHoldIt: true });
}

/** Keeps other commands from the configuration of another DHCP server. */
export async function lockDhcp(io: Io, { locks }: Pick<ServerPaths, 'locks'>, signal?: AbortSignal): Promise<FileLock> {
  const busy = 'another command changes the configuration of a DHCP server';
  return takeLock(io, under(locks, 'dhcp'), { busy, waitMs: patienceMs, signal });
}

/** A change of the lists takes a few seconds, even a change of ten thousand machines. */
const patienceMs = 60_000;

/**
 * Keeps other commands, and `serve`, from the lists of machines (hosts.json, netboot.json, hosts files, links to scripts) between
 * reading and writing them: otherwise one would undo what another wrote. Waits for the lock; UserError after a minute.
 */
export async function lockLists(
  io: Io,
  { locks, hosts }: Pick<ServerPaths, 'locks' | 'hosts'>,
  { signal, print }: { signal?: AbortSignal; print?: (line: string) => void } = {},
): Promise<FileLock> {
  return takeLock(io, under(locks, 'lists'), {
    busy: `another command is at work on ${hosts}`,
    waitMs: patienceMs,
    say: print,
    signal,
  });
}
