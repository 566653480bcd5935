import { z } from 'zod';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { paths } from '../paths.ts';

/** One verb of a run of the script. Verbs typed by hand have run 0. */
const Entry = z.object({
  run: z.int().min(0),
  /** Its place among the verbs of this run, from 1. */
  seq: z.int().min(1),
  verb: z.string(),
  argv: z.array(z.string()),
  stdinSha256: z.string(),
  layoutSha256: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  ok: z.boolean(),
  /** Taken over from the run before, without doing it again. */
  skipped: z.boolean(),
  error: z.string().optional(),
});
export type JournalEntry = z.infer<typeof Entry>;

/** All entries, oldest first. A last line that was cut off is left out. */
export async function readJournal(io: ReadIo): Promise<JournalEntry[]> {
  const lines = ((await io.readText(paths.journal)) ?? '').split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    try {
      return [Entry.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/**
 * Adds one entry; the newline before it ends an entry that did not fit. Without the entry, a resumed script would do the verb
 * again, which is no reason to end a script that goes well: a full /run only causes a message.
 */
export async function writeJournal(io: Io, entry: JournalEntry, say: (line: string) => void): Promise<void> {
  await io
    .append(paths.journal, `\n${JSON.stringify(entry)}\n`)
    .catch((error: Error) =>
      say(`${entry.verb}: not in the journal, so boel resume would do it again: ${error.message}`),
    );
}

type Call = Pick<JournalEntry, 'verb' | 'argv' | 'stdinSha256' | 'layoutSha256'>;

/** The number of the next verb of this run. */
export function nextSeq(journal: readonly JournalEntry[], run: number): number {
  return journal.filter((entry) => entry.run === run).length + 1;
}

/** The number of the last run of the script, 0 if there was none. */
export function lastRun(journal: readonly JournalEntry[]): number {
  return Math.max(0, ...journal.map((entry) => entry.run));
}

/**
 * True if a verb of a resumed run may be skipped: all verbs before it in this run were skipped, and the run before has
 * finished the same call, on the same layout, at the same place.
 */
export function maySkip(journal: readonly JournalEntry[], run: number, call: Call): boolean {
  const here = journal.filter((entry) => entry.run === run);
  if (here.some((entry) => !entry.skipped)) return false;
  const before = journal.find((entry) => entry.run === run - 1 && entry.seq === here.length + 1);
  return (
    before?.ok === true &&
    before.verb === call.verb &&
    before.stdinSha256 === call.stdinSha256 &&
    before.layoutSha256 === call.layoutSha256 &&
    JSON.stringify(before.argv) === JSON.stringify(call.argv)
  );
}

/** The last time that a verb was done. */
export function lastDone(journal: readonly JournalEntry[], verb: string): JournalEntry | undefined {
  return journal.findLast((entry) => entry.verb === verb && entry.ok);
}
