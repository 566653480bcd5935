import { z } from 'zod';
import { messageOf, UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';

/** The hint for a list that cannot be read. */
export const mendHint = 'Correct the file, or move the file away to begin anew.';

const issueWords = (at: AbsPath, { path, message }: { path: readonly PropertyKey[]; message: string }) =>
  [at, ...(path.length > 0 ? [path.map(String).join('.')] : []), message].join(': ');

async function readJson(io: ReadIo, at: AbsPath): Promise<unknown> {
  const text = await io.readText(at);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${at} is not JSON`, mendHint, { cause });
  }
}

/** Reads a JSON file of the server with its schema; `empty` if there is no file. */
export async function readJsonFile<T>(io: ReadIo, at: AbsPath, schema: z.ZodType<T>, empty: T): Promise<T> {
  const value = await readJson(io, at);
  if (value === undefined) return empty;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(issueWords(at, result.error.issues[0] ?? { path: [], message: 'unknown content' }), mendHint);
}

/** A value that is shown although parts of it are invalid, and the reason for each part that is left out. */
export type Readable<T> = { value: T; broken: string[] };

/** Names on standard error what is not shown, and has the command fail, so that scripts learn of the gap. */
export function sayBroken(broken: readonly string[]): void {
  if (broken.length === 0) return;
  for (const one of broken) sayLine(`error: ${one}`);
  sayLine(`  hint: ${mendHint} Until then every machine starts its own disk, and no list is changed.`);
  process.exitCode = 1;
}

/**
 * The valid part of a file with `machines`, only for display: code that writes the file again, or decides what machines boot,
 * needs the whole file.
 */
export async function readMachines<T>(io: ReadIo, at: AbsPath, schema: z.ZodType<T>, empty: T): Promise<Readable<T>> {
  try {
    const value = await readJson(io, at);
    if (value === undefined) return { value: empty, broken: [] };
    const { success, data, error } = schema.safeParse(value);
    if (success) return { value: data, broken: [] };
    const first = new Map(error.issues.map((one) => [String(one.path[1]), one] as const).toReversed());
    const broken = [...first.values()].map((one) => issueWords(at, one)).toReversed();
    const rest = schema.safeParse(withoutMachines(value, first));
    return { value: rest.success ? rest.data : empty, broken };
  } catch (error) {
    return { value: empty, broken: [messageOf(error)] };
  }
}

/** The same content without these machines, which are given by their place in a list or by their name. */
function withoutMachines(value: unknown, places: ReadonlyMap<string, unknown>): unknown {
  const { machines, ...rest } = z.looseObject({ machines: z.unknown() }).safeParse(value).data ?? {};
  if (Array.isArray(machines)) return { ...rest, machines: machines.filter((_, at) => !places.has(String(at))) };
  const left = Object.entries(machines ?? {}).filter(([key]) => !places.has(key));
  return { ...rest, machines: Object.fromEntries(left) };
}

/** Reads one record of many; `broken` says why a record is invalid, so that the others can be shown all the same. */
export async function readRecord<T>(
  io: ReadIo,
  at: AbsPath,
  schema: z.ZodType<T>,
): Promise<{ record?: T; broken?: string }> {
  try {
    const record = await readJsonFile(io, at, schema.optional(), undefined);
    return record === undefined ? {} : { record };
  } catch (error) {
    return { broken: messageOf(error) };
  }
}
