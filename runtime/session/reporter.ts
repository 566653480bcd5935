import { ReportEvent } from '../../common/model/report.ts';
import { httpUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { queuedEvents } from './events.ts';
import { paths } from '../paths.ts';

const idleMs = 500;
const requestMs = 10_000;
/** Longest wait between two tries while the server is away. */
const maxDelayMs = 30_000;

/** `salt`: eight random hexadecimal digits. */
export type ReportTarget = { server: ServerAddress; mac: string; startedAt: Date; salt: string };

/** The installation's name: the card's MAC with dashes, the time to the second, and what makes it differ from the last one. */
export function reportId({ mac, startedAt, salt }: Pick<ReportTarget, 'mac' | 'startedAt' | 'salt'>): string {
  const time = startedAt.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `${mac.toLowerCase().replaceAll(':', '-')}.${time}.${salt}`;
}

/**
 * Sends the queue to the server, in order, until aborted. While the server is away events wait in the file; nothing else
 * waits for it.
 */
export async function sendReports(
  io: Io,
  target: ReportTarget,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const id = reportId(target);
  const url = httpUrl(target.server, '/reports');
  let sent = 0;
  let toldSent = -1;
  // A full /run does not take it; it may the next time.
  const tellSent = async () => {
    if (toldSent === sent) return;
    const isThere = io.write(paths.sent, `${sent}\n`, { mode: 0o644 }).then(
      () => true,
      () => false,
    );
    if (await isThere) toldSent = sent;
  };
  await tellSent();
  let delayMs = idleMs;
  let isAway = false;
  let queue: string[] = [];
  let readBytes = 0;
  while (!signal.aborted) {
    const { sizeBytes = 0 } = sent < queue.length ? {} : ((await io.lstat(paths.events)) ?? {});
    if (sizeBytes > readBytes) {
      queue = await queuedEvents(io);
      readBytes = sizeBytes;
    }
    const line = queue[sent];
    if (line === undefined) {
      await tellSent();
      await io.sleep(idleMs, signal).catch(() => {});
      continue;
    }
    const answer = await post(io, url, { line, id, seq: sent + 1, mac: target.mac }, signal);
    if (answer === 'done') {
      sent += 1;
      await tellSent();
      if (isAway) say('The image server takes reports again.');
      isAway = false;
      delayMs = idleMs;
      continue;
    }
    if (!isAway) say(`Reports wait: ${answer}`);
    isAway = true;
    delayMs = Math.min(delayMs * 2, maxDelayMs);
    await io.sleep(delayMs, signal).catch(() => {});
  }
}

const pollMs = 250;

/** Waits until the server has all that is in the queue. False after the limit; true at once where nothing is being sent. */
export async function allSent(io: Io, limitMs: number): Promise<boolean> {
  const queued = (await queuedEvents(io)).length;
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const sent = await io.readText(paths.sent);
    if (sent === undefined || Number(sent) >= queued) return true;
    if (waitedMs >= limitMs) return false;
    await io.sleep(pollMs);
  }
}

type Queued = { line: string; id: string; seq: number; mac: string };

/** Undefined where /run was full and took half of it. */
function readEvent({ line, ...rest }: Queued): ReportEvent | undefined {
  try {
    return ReportEvent.parse({ ...(JSON.parse(line) as object), ...rest });
  } catch {
    return undefined;
  }
}

/**
 * Answers of 4xx after which the same event is taken later (RFC 9110 section 15.5, RFC 6585): it came too slowly (408), there were
 * too many (429), or server.toml does not know yet this machine's network (403) or the name that it asks by (421).
 */
const passing: readonly number[] = [403, 408, 421, 429];

/** 'done', or why it must be sent again. Any other answer of 4xx will not get better, so that event counts as sent. */
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
