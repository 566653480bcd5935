import { z } from 'zod';
import { ReportEvent } from '../../common/model/report.ts';
import type { Io } from '../../common/system/io.ts';
import { chooseOld, type OldFile } from '../../common/system/old-files.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import { type InstallationSummary, summarise } from './summary.ts';

/** A line of reports/ID.jsonl. */
const Line = z.intersection(z.object({ receivedAt: z.string() }), ReportEvent);
export type KeptEvent = z.infer<typeof Line>;

/** As many of the newest installations are kept in memory and shown, and as many events of one. */
const shown = 100;
const shownEvents = 1000;
/** reports/ID.jsonl. */
const filePattern = /^[0-9a-f-]{17}\.\d{8}T\d{6}(\.[0-9a-f]{8})?\.jsonl$/;
/** Past the first size an installation's console and progress are no longer kept, past the second nothing of it is. */
const maxBytes = { chatter: 4 * 1024 ** 2, all: 8 * 1024 ** 2 };
/** A large site switches on a few racks at once; more new installations in a minute than this are no site. */
const maxNewPerMinute = 1000;
const minuteMs = 60_000;
/** So often old reports are looked for. */
const pruneMs = 60 * minuteMs;

/** What is kept of one installation. `lastSeq` is the number of the newest event: a machine sends them in order. */
type Installation = {
  summary: InstallationSummary;
  lastSeq: number;
  bytes: number;
  /** Its file ends in the middle of a line: the disk was full, or the machine lost power. */
  isTorn: boolean;
};

/** What became of an event; `isNew` is false where it had come before. */
type Kept = { summary: InstallationSummary; isNew: boolean };

/** The installations that this server has heard of. */
export type Reports = {
  /** Keeps an event once; `crowded`: not now. A disk that takes no more is told, and ends no installation. */
  add(event: ReportEvent): Promise<Kept | 'crowded'>;
  /** Newest first. */
  list(): InstallationSummary[];
  /** The last events of one installation, as they came; undefined where there is none of that id. */
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
  let newTimesMs: number[] = [];
  let prunedMs = 0;
  let toldProblem = '';

  async function load(id: string): Promise<Installation | undefined> {
    const text = await io.readText(under(folder, `${id}.jsonl`));
    return text === undefined ? undefined : readInstallation(text);
  }

  async function prune(): Promise<OldFile[]> {
    prunedMs = io.now().getTime();
    const files = await reportFiles(io, folder);
    const keepBytes = keep.keep_megabytes * 1024 ** 2;
    const old = new Set(chooseOld(files, { nowMs: prunedMs, keepDays: keep.keep_days, keepBytes }));
    for (const name of old) await io.remove(under(folder, name));
    if (old.size > 0) say(`removed ${old.size} old reports`);
    return files.filter(({ name }) => !old.has(name));
  }

  /** True while too many installations that nobody has heard of begin. */
  function isCrowded(nowMs: number): boolean {
    newTimesMs = newTimesMs.filter((at) => nowMs - at < minuteMs);
    if (newTimesMs.length >= maxNewPerMinute) return true;
    newTimesMs.push(nowMs);
    return false;
  }

  /** Writes a line, and tells whether it could. */
  async function keepLine(file: AbsPath, line: string): Promise<boolean> {
    try {
      await io.append(file, line);
      toldProblem = '';
      return true;
    } catch (error) {
      const problem = `cannot keep reports: ${error instanceof Error ? error.message : String(error)}`;
      if (problem !== toldProblem) say(problem);
      toldProblem = problem;
      return false;
    }
  }

  async function addNow(event: ReportEvent): Promise<Kept | 'crowded'> {
    const now = io.now();
    const before = known.get(event.id) ?? (await load(event.id));
    if (before && event.seq <= before.lastSeq) return { summary: before.summary, isNew: false };
    if (!before && isCrowded(now.getTime())) return 'crowded';
    if (now.getTime() - prunedMs > pruneMs) await prune();
    const receivedAt = now.toISOString();
    const line = `${JSON.stringify({ receivedAt, ...event })}\n`;
    const bytes = (before?.bytes ?? 0) + Buffer.byteLength(line);
    const isChatter = event.kind === 'log' || event.kind === 'progress';
    const fits = bytes <= (isChatter ? maxBytes.chatter : maxBytes.all);
    const wasTorn = before?.isTorn ?? false;
    const isKept = fits && (await keepLine(under(folder, `${event.id}.jsonl`), wasTorn ? `\n${line}` : line));
    const summary = summarise(before?.summary, event, receivedAt);
    known.delete(event.id);
    known.set(event.id, {
      summary,
      lastSeq: event.seq,
      bytes: isKept ? bytes : (before?.bytes ?? 0),
      isTorn: fits ? !isKept : wasTorn,
    });
    for (const id of known.keys()) if (known.size > shown) known.delete(id);
    return { summary, isNew: true };
  }

  const newest = (await prune()).toSorted((a, b) => a.mtimeMs - b.mtimeMs).slice(-shown);
  for (const { name } of newest) {
    const id = name.replace(/\.jsonl$/, '');
    const found = await load(id);
    if (found) known.set(id, found);
  }
  return {
    // Events of one installation are kept one after the other.
    add(event) {
      const next = (busy.get(event.id) ?? Promise.resolve()).then(() => addNow(event));
      const settled = next.catch(() => {}).finally(() => busy.get(event.id) === settled && busy.delete(event.id));
      busy.set(event.id, settled);
      return next;
    },
    async events(id) {
      const file = `${id}.jsonl`;
      const text = filePattern.test(file) ? await io.readText(under(folder, file)) : undefined;
      return text === undefined ? undefined : readEvents(text).slice(-shownEvents);
    },
    list: () => [...known.values()].map((one) => one.summary).sort((a, b) => (a.firstAt < b.firstAt ? 1 : -1)),
  };
}

/**
 * The newest installation of each MAC, read without opening the store: nothing is removed. One file is read for each machine
 * that ever installed itself.
 */
export async function latestInstallations(io: Io, folder: AbsPath): Promise<InstallationSummary[]> {
  const newest = new Map<string, OldFile>();
  for (const file of await reportFiles(io, folder)) {
    const [mac = ''] = file.name.split('.');
    const other = newest.get(mac);
    if (other === undefined || other.mtimeMs <= file.mtimeMs) newest.set(mac, file);
  }
  const summaries: InstallationSummary[] = [];
  // One after the other: a file may have megabytes.
  for (const { name } of newest.values()) {
    const found = readInstallation((await io.readText(under(folder, name))) ?? '');
    if (found) summaries.push(found.summary);
  }
  return summaries;
}

/** What the lines of an installation's file come to; undefined where none of them is an event. */
function readInstallation(text: string): Installation | undefined {
  let found: Installation | undefined;
  const bytes = Buffer.byteLength(text);
  const isTorn = !text.endsWith('\n');
  for (const event of readEvents(text))
    found = { summary: summarise(found?.summary, event, event.receivedAt), lastSeq: event.seq, bytes, isTorn };
  return found;
}

/** The events of a file, torn lines left out. */
function readEvents(text: string): KeptEvent[] {
  return text.split('\n').flatMap((line) => {
    const parsed = Line.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** The files of installations. */
async function reportFiles(io: Io, folder: AbsPath): Promise<OldFile[]> {
  const names = ((await io.list(folder)) ?? []).filter((name) => filePattern.test(name));
  const files: OldFile[] = [];
  for (const name of names) {
    const stat = await io.lstat(under(folder, name));
    if (stat?.kind === 'file') files.push({ name, sizeBytes: stat.sizeBytes, mtimeMs: stat.mtimeMs });
  }
  return files;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
