import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../../../common/system/errors.ts';
import { inside } from '../../../common/system/inside.ts';
import type { ReadIo } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';

/** What counts of a file in /etc: times do not. `sum`: SHA-256 of a file’s content, or the target of a link. */
export const EtcEntry = z.object({
  kind: z.string(),
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  sum: z.string(),
});
export type EtcEntry = z.infer<typeof EtcEntry>;

/** The entries below /etc, by their paths from the root of the machine: `etc/motd`. */
export type EtcTree = Map<string, EtcEntry>;

/** `accounts`: the texts of passwd(5) and its like. */
const BaseRecord = z.object({
  version: z.literal(1),
  image: z.string(),
  entries: z.record(z.string(), EtcEntry),
  accounts: z.record(z.string(), z.string()),
});

/** What a version had in /etc. `accounts`: the texts of passwd(5) and its like. */
export type EtcBase = { tree: EtcTree; accounts: Readonly<Record<string, string>> };

/** What the image of the last update had in /etc, with its overrides. Only root may read it: it names every file. */
export const baseFile: AbsPath = '/var/lib/systemimager/etc-base.json';

/** The record of the last update; undefined on a machine without one. */
export async function readBase(io: ReadIo, root: AbsPath): Promise<EtcBase | undefined> {
  const text = await io.readText({ root, path: baseFile });
  if (text === undefined) return undefined;
  const base = BaseRecord.safeParse(parsed(text));
  if (base.success) return { tree: new Map(Object.entries(base.data.entries)), accounts: base.data.accounts };
  throw new UserError(
    `${baseFile} does not read, so nobody knows what was changed in /etc of this machine`,
    `Remove the file: then the update keeps each file of /etc that differs, and lays the image’s file beside it.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of the record. */
export const printBase = (image: string, { tree, accounts }: EtcBase): string => {
  const entries = Object.fromEntries([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, image, entries, accounts })}\n`;
};

/** Reads everything below /etc of a tree. */
export async function readEtc(io: ReadIo, root: AbsPath): Promise<EtcTree> {
  const tree = inside(io, root);
  const found: EtcTree = new Map();
  const todo = ['etc'];
  for (let dir = todo.pop(); dir !== undefined; dir = todo.pop())
    for (const name of (await tree.list(under('/', dir))) ?? []) {
      const path = `${dir}/${name}`;
      const entry = await readEntry(io, root, path);
      if (entry) found.set(path, entry);
      if (entry?.kind === 'dir') todo.push(path);
    }
  return found;
}

/** Larger files are no configuration, but a machine may have one there. */
const limitBytes = 1024 ** 3;

/** One entry of a tree; undefined if it is not there. */
export async function readEntry(io: ReadIo, root: AbsPath, path: string): Promise<EtcEntry | undefined> {
  const at = { root, path: under('/', path) };
  const facts = await io.lstat(at);
  if (!facts) return undefined;
  const { kind, uid, gid } = facts;
  // The mode of a link means nothing (symlink(7)).
  const mode = kind === 'link' ? 0 : facts.mode;
  const sum =
    kind === 'file' ? sumOf(await io.read(at, { limitBytes })) : kind === 'link' ? ((await io.readLink(at)) ?? '') : '';
  return { kind, mode, uid, gid, sum };
}

const sumOf = (bytes: Buffer | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');

/** True if both are there and the same, or both are not there. */
export function isSame(a: EtcEntry | undefined, b: EtcEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.kind === b.kind && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.sum === b.sum;
}
