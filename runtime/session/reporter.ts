import { z } from 'zod';
import { ReportEvent } from '../../common/model/report.ts';
import { httpUrl } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { Backoff } from '../../common/system/retry.ts';
import { queuedEvents, wholeBytes } from './events.ts';
import { paths } from '../paths.ts';
import type { Caller } from './world.ts';

const idleMs = 500;
const requestMs = 10_000;
/** Longest wait between two tries while the server is away. */
const maxDelayMs = 30_000;

/** Where the events of an installation go, and the name of the installation. */
export const ReportTarget = z.object({
  server: z.object({ host: z.string(), rsyncPort: z.int(), httpPort: z.int() }),
  mac: z.string(),
  id: z.string(),
});
export type ReportTarget = z.infer<typeof ReportTarget>;

/** The installation's name: the card's MAC with dashes, the time to the second, and eight random hexadecimal digits. */
export function reportId({ mac, startedAt, salt }: { mac: string; startedAt: Date; salt: string }): string {
  const time = startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${mac.toLowerCase().replaceAll(':', '-')}.${time}.${salt}`;
}

/** How much of the queue the server has: events, and the bytes up to their end. */
type Sent = { events: number; bytes: number };

async function readSent(io: ReadIo): Promise<Sent | undefined> {
  const [, events, bytes] = /^(\d+) (\d+)$/m.exec((await io.readText(paths.sent)) ?? '') ?? [];
  return events === undefined ? undefined : { events: Number(events), bytes: Number(bytes) };
}

/**
 * Sends the queue to the server, in order, until aborted; goes on where an earlier resident program ended. While the server is
 * away events wait in the file; nothing else waits for the server.
 */
export async function sendReports(io: Io, target: ReportTarget, { signal, say }: Caller): Promise<void> {
  const { id, mac } = target;
  const url = httpUrl(target.server, '/reports');
  let sent: Sent = (await readSent(io)) ?? { events: 0, bytes: 0 };
  let told = -1;
  // A full /run does not take this file, but may take it the next time.
  const tellSent = async () => {
    if (told === sent.events) return;
    const isThere = io.write(paths.sent, `${sent.events} ${sent.bytes}\n`, { mode: 0o644 }).then(
      () => true,
      () => false,
    );
    if (await isThere) told = sent.events;
  };
  await tellSent();
  const backoff = new Backoff(2 * idleMs, maxDelayMs);
  let isAway = false;
  while (!signal.aborted) {
    const { sizeBytes = 0 } = (await io.lstat(paths.events)) ?? {};
    const queue = sizeBytes > sent.bytes ? await queuedEvents(io, sent.bytes) : [];
    if (queue.length === 0) {
      await tellSent();
      await io.sleep(idleMs, signal).catch(() => {});
    }
    for (const { line, endBytes } of queue) {
      const answer = await post(io, url, { line, id, seq: sent.events + 1, mac }, signal);
      if (answer !== 'done') {
        if (!isAway) say(`Reports wait: ${answer}`);
        isAway = true;
        await io.sleep(backoff.next(), signal).catch(() => {});
        break;
      }
      sent = { events: sent.events + 1, bytes: endBytes };
      await tellSent();
      if (isAway) say('The image server takes reports again.');
      isAway = false;
      backoff.reset();
      if (signal.aborted) break;
    }
  }
}

const pollMs = 250;

/** Waits until the server has all events of the queue. False after the limit; true at once if no reports are sent. */
export async function allSent(io: Io, limitMs: number): Promise<boolean> {
  const queuedBytes = await wholeBytes(io);
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const sent = await readSent(io);
    if (sent === undefined || sent.bytes >= queuedBytes) return true;
    if (waitedMs >= limitMs) return false;
    await io.sleep(pollMs);
  }
}

type Queued = { line: string; id: string; seq: number; mac: string };

/** The event of a line; undefined if a full /run took only a part of the line. */
function readEvent({ line, ...rest }: Queued): ReportEvent | undefined {
  try {
    return ReportEvent.parse({ ...(JSON.parse(line) as object), ...rest });
  } catch {
    return undefined;
  }
}

/**
 * Answers of 4xx after which the same event is taken later (RFC 9110 section 15.5, RFC 6585): the event came too slowly (408),
 * there were too many (429), or server.toml lacks this machine's network (403) or the server's name as this machine has it (421).
 */
const passing: readonly number[] = [403, 408, 421, 429];

/** 'done', or why the event must be sent again. Any other answer of 4xx would stay the same, so the event counts as sent. */
async function post(io: Io, url: string, { line, id, seq, mac }: Queued, signal: AbortSignal): Promise<string> {
  const event = readEvent({ line, id, seq, mac });
  if (event === undefined) return 'done';
  try {
    const { status } = await io.http({ url, json: event, timeoutMs: requestMs, signal });
    return status < 500 && !passing.includes(status) ? 'done' : `${url} answers ${status}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    if (signal.aborted) return 'stopped';
    throw error;
  }
}
