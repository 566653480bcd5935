import { rsyncUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Exit, Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { passingReason, quick } from './rsync-daemon.ts';

/** The result of one attempt to fetch a file; bytes are undefined if the server has no such file. */
export type Fetched = { bytes: Uint8Array | undefined } | { notYet: string };

/** The file, as scripts/web1.sh; its place until it is read; and its largest size. */
export type FileRequest = { path: string; at: AbsPath; maxBytes: number };

/**
 * The meaning of rsync's end (rsync(1), EXIT VALUES): the file is there, is missing, or the server cannot be reached yet. A
 * failure that no retry mends is a UserError.
 */
export function judgeFetch(exit: Exit, path: string, server: ServerAddress): 'there' | 'missing' | { notYet: string } {
  const where = `image server ${server.host} port ${server.rsyncPort}`;
  const complaint = complaintOf(exit.stderr);
  if (exit.code === 0) return 'there';
  const isMissing = exit.stderr
    .split('\n')
    .some((line) => line.includes('link_stat ') && line.includes(' No such file or directory'));
  if (exit.code === 23 && isMissing) return 'missing';
  if (/@ERROR: max connections/.test(exit.stderr)) return { notYet: `${where} has no free place` };
  if (/@ERROR: Unknown module/i.test(exit.stderr))
    throw new UserError(
      `${where} is an rsync daemon without the module ${path.split('/')[0]}`,
      'Is this the image server? On the image server, run: systemimager serve',
    );
  if (/@ERROR: access denied/.test(exit.stderr))
    throw new UserError(
      `${where} refuses this machine: ${complaint}`,
      'Add the network of this machine to `networks` in /etc/systemimager/server.toml on the image server.',
    );
  if (exit.code === 5 || passingReason(exit) !== undefined) return { notYet: `${where} does not answer: ${complaint}` };
  throw new UserError(`cannot get ${path} from ${where}: ${complaint}`, 'Look at the file on the image server.');
}

/** The first line that is not blank, without its marks for rsync's developers. */
function complaintOf(stderr: string): string {
  const [line = 'no reason given'] = stderr.split('\n').filter((text) => text.trim() !== '');
  return line.replace(/^(rsync: |rsync error: )?(\[\w+\] )?/, '').slice(0, 200);
}

/** Tries once to get a file, following links. */
export async function rsyncFile(
  io: Io,
  server: ServerAddress,
  { path, at, maxBytes }: FileRequest,
  signal?: AbortSignal,
): Promise<Fetched> {
  const url = rsyncUrl(server, path);
  await io.remove(at);
  const argv = ['rsync', '-L', ...quick, `--max-size=${maxBytes}`, url, at] as const;
  const exit = await io.run({ argv }, signal ? { signal } : {});
  signal?.throwIfAborted();
  const fetched = judgeFetch(exit, path, server);
  if (fetched === 'missing') {
    await refuseDangling(io, server, path);
    return { bytes: undefined };
  }
  if (fetched !== 'there') return fetched;
  const bytes = await io.read(at);
  if (bytes) return { bytes };
  throw new UserError(
    `${path} on ${server.host} is larger than ${maxBytes} bytes or no file`,
    'Look at the file on the image server.',
  );
}

/** rsync reports a dangling link as missing; rsync's list still has the link. */
async function refuseDangling(io: Io, server: ServerAddress, path: string): Promise<void> {
  const { stdout } = await io.run({ argv: ['rsync', '--list-only', '--links', ...quick, rsyncUrl(server, path)] });
  const [, target] = /^l\S{9} .* -> (.+)$/m.exec(stdout) ?? [];
  if (target !== undefined)
    throw new UserError(
      `${path} on ${server.host} is a link to ${target}, and there is no such file`,
      'On the image server, make the script with getimage, or make the link anew with addclients.',
    );
}

/** True if the daemon answers at all; asks once. */
export async function rsyncAnswers(io: Io, server: ServerAddress): Promise<boolean> {
  return (await io.run({ argv: ['rsync', '--contimeout=5', '--timeout=5', rsyncUrl(server, '')] })).code === 0;
}
