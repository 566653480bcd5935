import type { ReportEvent } from '../../common/model/report.ts';
import { messageOf } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { spareRoom } from '../../common/system/spare-room.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { crowdWatch } from './crowd.ts';
import { eventFile, eventFiles, type KeptEvent, readEnds } from './event-file.ts';
import { openReportRoom } from './report-room.ts';
import { type InstallationSummary, summarise } from './summary.ts';

/** As many installations are shown, those heard of last; more are kept in memory, where a large site installs itself at once. */
const shown = 100;
const remembered = 10_000;
/** As much of a file is read for its page, and for what it came to. */
const shownBytes = 512 * 1024;
const tailBytes = 64 * 1024;
/** What is kept of an installation: its console and progress up to the first size, all else up to the next; its end is never left out. */
const maxBytes = { chatter: 4 * 1024 ** 2, other: 8 * 1024 ** 2, end: 9 * 1024 ** 2 };
/** So often old reports are looked for. */
const pruneMs = 60 * 60_000;
/** Room for the ends of some hundred installations, on a full disk. */
const spareBytes = 128 * 1024;
/** A machine sends from one address, or from few where its own changes. */
const maxSources = 4;

/** What is known of one installation. */
type Installation = {
  summary: InstallationSummary;
  /** The number of the newest event from each address: a machine sends them in order, and a stranger's say nothing of its own. */
  lastSeqs: ReadonlyMap<string, number>;
  /** Its file ends in the middle of a line: the disk was full, or the machine lost power. */
  isTorn: boolean;
};

/** What became of an event; `isNew` is false where it had come before. */
type Kept = { summary: InstallationSummary; isNew: boolean };

/** The installations that this server has heard of. */
export type Reports = {
  /** Keeps an event from an address once; `crowded`: not now. A disk that takes no more is told, and ends no installation. */
  add(event: ReportEvent, from: string): Promise<Kept | 'crowded'>;
  /** Newest first. */
  list(): InstallationSummary[];
  /** The first and the last events of one installation, as they came; undefined where there is none of that id. */
  events(id: string): Promise<KeptEvent[] | undefined>;
};

/** Opens the folder of reports, removes old ones, and reads the newest. */
export async function openReports(
  io: Io,
  folder: AbsPath,
  keep: ServerConfig['reports'],
  say: (line: string) => void = () => {},
): Promise<Reports> {
  const known = new Map<string, Installation>();
  const busy = new Map<string, Promise<unknown>>();
  const isCrowded = crowdWatch();
  const room = await openReportRoom(io, folder, keep, say);
  const spare = spareRoom(io, under(folder, 'spare-room'), spareBytes);
  await spare.hold();
  let prunedMs = performance.now();
  let toldProblem = '';

  /** Writes a line at the end of a file, and tells whether it could. */
  async function keepLine(name: string, line: string, kind: ReportEvent['kind'], from: string): Promise<boolean> {
    const before = room.bytesOf(name);
    const bytes = before + Buffer.byteLength(line);
    if (bytes > maxBytes[kind === 'finished' ? 'end' : kind === 'log' || kind === 'progress' ? 'chatter' : 'other'])
      return false;
    const at = under(folder, name);
    const write = () => io.append(at, line);
    try {
      if (!(await room.take(name, bytes, from)))
        throw new Error(`keep_megabytes = ${keep.keep_megabytes} is too little`);
      await (kind === 'finished' ? spare.use(write) : write());
      toldProblem = '';
      return true;
    } catch (error) {
      room.correct(name, (await io.lstat(at))?.sizeBytes ?? 0);
      const problem = `cannot keep reports: ${messageOf(error)}`;
      if (problem !== toldProblem) say(problem);
      toldProblem = problem;
      return false;
    }
  }

  async function addNow(event: ReportEvent, from: string): Promise<Kept | 'crowded'> {
    const before = known.get(event.id) ?? (await readInstallation(io, folder, event.id));
    if (before && event.seq <= (before.lastSeqs.get(from) ?? 0)) return { summary: before.summary, isNew: false };
    const nowMs = performance.now();
    if (!before && isCrowded(from, nowMs)) return 'crowded';
    if (nowMs - prunedMs > pruneMs) {
      prunedMs = nowMs;
      await room.removeOld();
      await spare.hold();
    }
    const receivedAt = io.now().toISOString();
    const name = `${event.id}.jsonl`;
    const sizeBefore = room.bytesOf(name);
    const line = `${before?.isTorn ? '\n' : ''}${JSON.stringify({ receivedAt, from, ...event })}\n`;
    const isKept = await keepLine(name, line, event.kind, from);
    const summary = summarise(before?.summary, event, receivedAt);
    known.delete(event.id);
    known.set(event.id, {
      summary,
      lastSeqs: new Map([...(before?.lastSeqs ?? []), [from, event.seq] as const].slice(-maxSources)),
      isTorn: !isKept && ((before?.isTorn ?? false) || room.bytesOf(name) > sizeBefore),
    });
    for (const id of known.keys()) if (known.size > remembered) known.delete(id);
    return { summary, isNew: true };
  }

  for (const name of room.newest(shown)) {
    const id = name.replace(/\.jsonl$/, '');
    const found = await readInstallation(io, folder, id);
    if (found) known.set(id, found);
  }
  return {
    // Events of one installation are kept one after the other.
    add(event, from) {
      const next = (busy.get(event.id) ?? Promise.resolve()).then(() => addNow(event, from));
      const settled = next.catch(() => {}).finally(() => busy.get(event.id) === settled && busy.delete(event.id));
      busy.set(event.id, settled);
      return next;
    },
    async events(id) {
      const at = eventFile(folder, id);
      return at && (await readEnds(io, at, shownBytes))?.events;
    },
    list: () =>
      [...known.values()]
        .slice(-shown)
        .map((one) => one.summary)
        .sort((a, b) => (a.firstAt < b.firstAt ? 1 : -1)),
  };
}

/**
 * The newest installation of each MAC, read without opening the store: nothing is removed. One file is read for each machine
 * that ever installed itself.
 */
export async function latestInstallations(io: Io, folder: AbsPath): Promise<InstallationSummary[]> {
  const newest = new Map<string, string>();
  for (const { name } of await eventFiles(io, folder)) newest.set(name.split('.')[0] ?? '', name);
  const summaries: InstallationSummary[] = [];
  for (const name of newest.values()) {
    const found = await readInstallation(io, folder, name.replace(/\.jsonl$/, ''));
    if (found) summaries.push(found.summary);
  }
  return summaries;
}

/** What an installation's file comes to; undefined where nothing in it is an event. */
async function readInstallation(io: Io, folder: AbsPath, id: string): Promise<Installation | undefined> {
  const ends = await readEnds(io, under(folder, `${id}.jsonl`), tailBytes);
  let summary: InstallationSummary | undefined;
  const lastSeqs = new Map<string, number>();
  for (const event of ends?.events ?? []) {
    summary = summarise(summary, event, event.receivedAt);
    lastSeqs.set(event.from ?? '', event.seq);
  }
  return summary && { summary, lastSeqs, isTorn: ends?.isTorn ?? false };
}
