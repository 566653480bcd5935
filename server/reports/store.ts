import { z } from 'zod';
import { ReportEvent } from '../../common/model/report.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type InstallationSummary, summarise } from './summary.ts';

/** A line of reports/ID.jsonl. */
const Line = z.intersection(z.object({ receivedAt: z.string() }), ReportEvent);

/** As many of the newest installations are kept in memory and shown. */
const shown = 100;
/** Past this size an installation's console lines are no longer kept, so that one machine cannot fill the disk. */
const maxLogBytes = 32 * 1024 * 1024;

/** What is kept of one installation. */
type Installation = { summary: InstallationSummary; seen: Set<number>; bytes: number };

/** The installations that this server has heard of. */
export type Reports = {
  /** Keeps an event once; undefined where it was known already. */
  add(event: ReportEvent): Promise<InstallationSummary | undefined>;
  /** Newest first. */
  list(): InstallationSummary[];
};

/** Opens the folder of reports, and reads the newest of them. */
export async function openReports(io: Io, folder: AbsPath): Promise<Reports> {
  const known = new Map<string, Installation>();
  const busy = new Map<string, Promise<unknown>>();

  async function load(id: string): Promise<Installation | undefined> {
    const text = await io.readText(under(folder, `${id}.jsonl`));
    if (text === undefined) return undefined;
    let found: Installation | undefined;
    for (const line of text.split('\n').filter(Boolean)) {
      const parsed = Line.safeParse(parseJson(line));
      // A torn last line (the disk was full, the machine lost power) is left alone.
      if (!parsed.success) continue;
      found ??= {
        summary: summarise(undefined, parsed.data, parsed.data.receivedAt),
        seen: new Set(),
        bytes: text.length,
      };
      found.summary = summarise(found.summary, parsed.data, parsed.data.receivedAt);
      found.seen.add(parsed.data.seq);
    }
    return found;
  }

  async function addNow(event: ReportEvent): Promise<InstallationSummary | undefined> {
    const before = known.get(event.id) ?? (await load(event.id));
    if (before?.seen.has(event.seq)) return undefined;
    const receivedAt = io.now().toISOString();
    const line = `${JSON.stringify({ receivedAt, ...event })}\n`;
    const bytes = (before?.bytes ?? 0) + line.length;
    if (event.kind !== 'log' || bytes <= maxLogBytes) await io.append(under(folder, `${event.id}.jsonl`), line);
    const summary = summarise(before?.summary, event, receivedAt);
    const seen = before?.seen ?? new Set();
    seen.add(event.seq);
    known.delete(event.id);
    known.set(event.id, { summary, seen, bytes });
    for (const id of known.keys()) if (known.size > shown) known.delete(id);
    return summary;
  }

  // An id ends in its start time, so names sort by age once the MAC is skipped.
  const ids = ((await io.list(folder)) ?? [])
    .filter((name) => /^[0-9a-f-]{17}\.\d{8}T\d{6}\.jsonl$/.test(name))
    .map((name) => name.replace(/\.jsonl$/, ''))
    .sort((a, b) => (a.slice(18) < b.slice(18) ? -1 : 1))
    .slice(-shown);
  for (const id of ids) {
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
    list: () => [...known.values()].map((one) => one.summary).sort((a, b) => (a.firstAt < b.firstAt ? 1 : -1)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
