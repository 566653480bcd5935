import type { Settings } from '../../common/model/settings.ts';
import { defaultPorts } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Exit, Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { toDaemon } from '../../install/transports/rsync.ts';
import { untilItWorks, type Watch } from './backoff.ts';
import { maxScriptBytes } from './script-text.ts';

export type ImageServer = { host: string; port: number };

const fetchDir: AbsPath = '/run/boel/fetch';

/** The image server that the settings name, or a UserError where none does. */
export function imageServer(settings: Settings): ImageServer {
  const host = settings.IMAGESERVER?.value;
  if (!host)
    throw new UserError(
      'nobody says which image server to use',
      'Set IMAGESERVER at the boot prompt or in local.cfg, or DHCP option 224 or next-server.',
    );
  return { host, port: Number(settings.RSYNCPORT?.value ?? defaultPorts.rsync) };
}

/** What one try to fetch a file came to. */
export type Fetched = 'there' | 'missing' | { notYet: string };

/**
 * What an end of rsync means (rsync(1), EXIT VALUES): the file is there, is not there, or the server cannot be reached yet. What
 * no retry mends is a UserError.
 */
export function judgeFetch(exit: Exit, name: string, server: ImageServer): Fetched {
  const { host, port } = server;
  const where = `image server ${host} port ${port}`;
  const complaint = complaintOf(exit.stderr);
  if (exit.code === 0) return 'there';
  const isMissing = exit.stderr
    .split('\n')
    .some((line) => line.includes('link_stat ') && line.includes(' No such file or directory'));
  if (exit.code === 23 && isMissing) return 'missing';
  if (/@ERROR: max connections/.test(exit.stderr)) return { notYet: `${where} has no free place` };
  if (/@ERROR: Unknown module/i.test(exit.stderr))
    throw new UserError(
      `${where} is an rsync daemon without the module scripts`,
      'Is that the image server? There, run: systemimager serve',
    );
  if (/@ERROR: access denied/.test(exit.stderr))
    throw new UserError(
      `${where} refuses this machine: ${complaint}`,
      'Add its network to `networks` in /etc/systemimager/server.toml on the image server.',
    );
  if ([5, 10, 12, 20, 30, 35].includes(exit.code)) return { notYet: `${where} does not answer: ${complaint}` };
  throw new UserError(
    `cannot get scripts/${name} from ${where}: ${complaint}`,
    'Look at the file on the image server.',
  );
}

/** The first line that says something, without what is only for rsync's authors. */
function complaintOf(stderr: string): string {
  const [line = 'no reason given'] = stderr.split('\n').filter((text) => text.trim() !== '');
  return line.replace(/^(rsync: |rsync error: )?(\[\w+\] )?/, '').slice(0, 200);
}

/** The tables of all machines there, `hosts` and `groups`, may be larger: 100,000 machines have 5 MB. */
const maxTableBytes = 16 * 1024 * 1024;

/** Gets a file of the module `scripts`, following links, and waits for the server as long as it takes. */
export async function fetchFile(
  io: Io,
  server: ImageServer,
  name: string,
  watch: Watch,
): Promise<Uint8Array | undefined> {
  await io.mkdir(fetchDir, { mode: 0o700 });
  const at = under(fetchDir, 'file');
  const source = `rsync://${server.host}:${server.port}/scripts/${name}`;
  return untilItWorks(io, watch, async () => {
    await io.remove(at);
    const maxBytes = name === 'hosts' || name === 'groups' ? maxTableBytes : maxScriptBytes;
    const limits = [...toDaemon, '--timeout=60', `--max-size=${maxBytes}`];
    const { signal } = watch;
    const exit = await io.run({ argv: ['rsync', '-L', ...limits, source, at] }, signal ? { signal } : {});
    signal?.throwIfAborted();
    const fetched = judgeFetch(exit, name, server);
    if (fetched === 'missing') {
      await refuseDangling(io, source, name, server);
      return { value: undefined };
    }
    if (fetched !== 'there') return fetched;
    const bytes = await io.read(at);
    if (!bytes)
      throw new UserError(
        `scripts/${name} on ${server.host} is larger than ${maxBytes} bytes or no file`,
        'Look at it on the image server.',
      );
    return { value: bytes };
  });
}

/** rsync says of a link to nothing that it is not there; its own list still has the link. */
async function refuseDangling(io: Io, source: string, name: string, server: ImageServer): Promise<void> {
  const { stdout } = await io.run({
    argv: ['rsync', '--list-only', '--links', ...toDaemon, '--timeout=60', source],
  });
  const [, target] = /^l\S{9} .* -> (.+)$/m.exec(stdout) ?? [];
  if (target !== undefined)
    throw new UserError(
      `scripts/${name} on ${server.host} is a link to ${target}, which is not there`,
      'On the image server, make the script with getimage, or the link anew with addclients.',
    );
}

/** True when the image server answers at all, asked once. */
export async function serverAnswers(io: Io, server: ImageServer): Promise<boolean> {
  const source = `rsync://${server.host}:${server.port}/`;
  return (await io.run({ argv: ['rsync', '--contimeout=5', '--timeout=5', source] })).code === 0;
}
