import { z } from 'zod';
import { Mac } from '../../common/model/mac.ts';
import { DomainName, HostName, ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** One machine of hosts.json. */
export const KnownHost = z.object({
  host: HostName,
  domain: DomainName.optional(),
  mac: Mac.optional(),
  ip: z.ipv4().optional(),
  image: ImageName.optional(),
  /** Groups besides those of groups.toml. */
  groups: z.array(ImageName).optional(),
});
export type KnownHost = z.infer<typeof KnownHost>;

/** hosts.json: the machines that addclients made known; the DHCP server gives them their names and addresses. */
export const HostsFile = z.object({ version: z.literal(1), machines: z.array(KnownHost) });

/** Reads a JSON file of the server with its schema; `empty` where there is no file. */
export async function readJsonFile<T>(io: ReadIo, at: AbsPath, schema: z.ZodType<T>, empty: T): Promise<T> {
  const text = await io.readText(at);
  if (text === undefined) return empty;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${at} is not JSON`, 'Correct it, or move it away to begin anew.', { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new UserError(
    `${at}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'unknown content'}`,
    'Correct it, or move it away to begin anew.',
  );
}

/** One record of many: where it does not read, the others are shown all the same, and `broken` says why. */
export async function readRecord<T>(
  io: ReadIo,
  at: AbsPath,
  schema: z.ZodType<T>,
): Promise<{ record?: T; broken?: string }> {
  try {
    const record = await readJsonFile(io, at, schema.optional(), undefined);
    return record === undefined ? {} : { record };
  } catch (error) {
    return { broken: problemWords(error) };
  }
}

/** Why something does not read, in the middle of a line. */
export const problemWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The machines of hosts.json. */
export async function readHosts(io: ReadIo, at: AbsPath): Promise<KnownHost[]> {
  return (await readJsonFile(io, at, HostsFile, { version: 1, machines: [] })).machines;
}

/** The text of hosts.json. */
export function printHosts(machines: readonly KnownHost[]): string {
  return `${JSON.stringify({ version: 1, machines }, undefined, 2)}\n`;
}
