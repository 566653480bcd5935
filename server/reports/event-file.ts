import { z } from 'zod';
import { ReportEvent } from '../../common/model/report.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { OldFile } from '../../common/system/old-files.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** A line of reports/ID.jsonl: an event, when the server heard it, and from which address. */
const Line = z.intersection(z.object({ receivedAt: z.string(), from: z.string().optional() }), ReportEvent);
export type KeptEvent = z.infer<typeof Line>;

/** reports/ID.jsonl. */
const filePattern = /^[0-9a-f-]{17}\.\d{8}T\d{6}(\.[0-9a-f]{8})?\.jsonl$/;

/** The first event says who the machine is, in one line of this many bytes at most. */
const headBytes = 4096;

/** The name of an installation's file, and the installation of a file's name. */
export const eventName = (id: string) => `${id}.jsonl`;
export const eventId = (name: string) => name.replace(/\.jsonl$/, '');

/** The file of an installation's events; undefined for a text that is no id. */
export function eventFile(folder: AbsPath, id: string): AbsPath | undefined {
  const name = eventName(id);
  return filePattern.test(name) ? under(folder, name) : undefined;
}

/**
 * The first event of a file and those in its last `tailBytes`, without torn lines: a file may have megabytes. Undefined if
 * there is no such file.
 */
export async function readEnds(
  io: ReadIo,
  at: AbsPath,
  tailBytes: number,
): Promise<{ events: KeptEvent[]; isTorn: boolean } | undefined> {
  const stat = await io.lstat(at);
  if (stat?.kind !== 'file') return undefined;
  const part = async (firstByte: number, bytes: number) =>
    (await io.readPart(at, firstByte, bytes))?.toString('utf8') ?? '';
  const from = Math.max(0, stat.sizeBytes - tailBytes);
  const tail = await part(from, tailBytes);
  const isTorn = tail !== '' && !tail.endsWith('\n');
  if (from === 0) return { events: readEvents(tail), isTorn };
  const [first = ''] = (await part(0, headBytes)).split('\n', 1);
  const whole = tail.slice(tail.indexOf('\n') + 1);
  return { events: [...readEvents(first), ...readEvents(whole)], isTorn };
}

function readEvents(text: string): KeptEvent[] {
  return text.split('\n').flatMap((line) => {
    const parsed = Line.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files of installations; the files that were written last come last. */
export async function eventFiles(io: ReadIo, folder: AbsPath): Promise<OldFile[]> {
  const names = ((await io.list(folder)) ?? []).filter((name) => filePattern.test(name));
  const files: OldFile[] = [];
  for (const name of names) {
    const stat = await io.lstat(under(folder, name));
    if (stat?.kind === 'file') files.push({ name, sizeBytes: stat.sizeBytes, mtimeMs: stat.mtimeMs });
  }
  return files.sort((a, b) => a.mtimeMs - b.mtimeMs);
}
