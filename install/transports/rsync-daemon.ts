import type { Needs } from '../../common/model/needs.ts';
import { rsyncUrl, type ServerAddress } from '../../common/model/server-address.ts';
import type { Exit } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Retry } from '../../common/system/step.ts';
import type { Manner } from './transport.ts';

/** The program that brings files from the server's rsync daemon. */
export const rsyncNeeds: Needs = { programs: { '/usr/bin/rsync': 'rsync' }, modules: [] };

/**
 * For connections to a daemon: a daemon that does not answer is noticed, and no small message waits 40 ms for the receipt of the
 * message before (tcp(7), TCP_NODELAY).
 */
export const toDaemon = ['--contimeout=20', '--sockopts=TCP_NODELAY'];

/** Where rsync(1) finds trees, and its options for that place. */
export type RsyncPlace = { at(path: string): string; options: readonly string[] };

/** The daemon of an image server. */
export const daemonPlace = (server: ServerAddress): RsyncPlace => ({
  at: (path) => rsyncUrl(server, path),
  options: toDaemon,
});

/** A folder of this machine. */
export const folderPlace = (folder: AbsPath): RsyncPlace => ({ at: (path) => under(folder, path), options: [] });

/** For short transfers: a daemon that is silent for a minute is given up. */
export const quick = [...toDaemon, '--timeout=60'];

/** Owners, links, ACLs, xattrs and holes. */
export const keepEverything = ['-aHAXS', '--numeric-ids'];

/** Options of rsync(1) for each manner. */
export const rsyncManners: Record<Manner, string[]> = {
  whole: keepEverything,
  // FAT knows no owners, no links, and no time finer than 2 s.
  bare: ['-rt', '--modify-window=2'],
  // A link (one script for several hosts) arrives as the file that it points to.
  programs: ['-rtL', '--chmod=F700'],
};

/** About 25 minutes of trying: 2, 4, 8 … 60 s apart. */
export const patience = { times: 30, firstDelayMs: 2000 };

/** Exit codes of rsync(1) after which another attempt may succeed, in words. */
const passing: Record<number, string> = {
  10: 'the connection broke',
  12: 'the connection broke in the middle of a file',
  // A client gets this code when its daemon is told to end.
  20: 'the server was stopped',
  30: 'the server said nothing for a minute',
  35: 'the server did not answer',
};

/** Why rsync ended, if another attempt may succeed later; rsync(1) "EXIT VALUES". */
export function passingReason(exit: Exit): string | undefined {
  // The server ends a connection silently if too many come from one address.
  const isFull = /max connections|did not see server greeting/.test(exit.stderr + exit.stdout);
  if (exit.code === 5 && isFull) return 'the server is full';
  return passing[exit.code];
}

/** When to run rsync again. */
export const rsyncRetry: Retry = {
  ...patience,
  when(exit: Exit, before: readonly Exit[]) {
    const reason = passingReason(exit);
    if (reason !== undefined) return reason;
    if (exit.code === 23 || exit.code === 24)
      return !before.some((one) => one.code === exit.code) && 'some files did not arrive';
    return false;
  },
};

/** What a person can do about rsync's exit codes. */
export const rsyncHints: Record<number, string> = {
  5: 'The server refused: check the name with `systemimager lsimage`, and `networks` in its server.toml.',
  10: 'Check that the image server runs `systemimager serve` and that the port of rsync is open.',
  11: 'Check with df that the target is large enough, and dmesg for errors of the disk.',
  12: 'Look into the server’s log /var/log/systemimager/rsyncd.log.',
  20: 'Check that the image server runs `systemimager serve`.',
  23: 'The files are named above.',
  24: 'The image changed during the pull; try again when the image server is done with the change.',
  30: 'Check the network and the load of the server.',
  35: 'Check that the image server runs `systemimager serve` and that the port of rsync is open.',
};

/** A path as an rsync pattern that matches only itself; a backslash is special only beside a wildcard. */
export function rsyncPattern(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, '\\$&') : path;
}
