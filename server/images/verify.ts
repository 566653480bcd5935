import { z } from 'zod';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { ServerPaths } from '../config/paths.ts';
import { readRecord } from '../config/json-file.ts';
import { type Pair, pairUp } from './manifest/cursor.ts';
import { differencesOf, isUntouched, type ManifestEntry } from './manifest/entry.ts';
import type { EntryStream } from './manifest/file.ts';
import { showPath } from './manifest/show-name.ts';

/**
 * How an entry differs from the manifest. `rotten`: the content changed although size, mtime and ctime did not, or the disk
 * cannot read the content; nobody meant that change. The other kinds are edits.
 */
export type Finding = { kind: 'rotten' | 'edited' | 'added' | 'removed'; path: string; what: string[] };

/** The number of findings of each kind. */
export const Findings = z.object({ rotten: z.int(), edited: z.int(), added: z.int(), removed: z.int() });
export type Findings = z.infer<typeof Findings>;

/** manifests/NAME.verified.json: what the last verify found. */
export const VerifiedRecord = Findings.extend({
  version: z.literal(1),
  /** ISO 8601, UTC. */
  verifiedAt: z.string(),
});

/** The file with an image's {@link VerifiedRecord}. */
export function verifiedFile(paths: Pick<ServerPaths, 'manifests'>, image: string): AbsPath {
  return under(paths.manifests, `${image}.verified.json`);
}

/** The remark for machines about the last verify, if it found something. */
export async function verifyRemark(
  io: ReadIo,
  paths: Pick<ServerPaths, 'manifests'>,
  image: string,
): Promise<{ remark?: string }> {
  const { record, broken } = await readRecord(io, verifiedFile(paths, image), VerifiedRecord);
  if (broken !== undefined) return { remark: `What verify found of ${image} does not read: ${broken}.` };
  const found = record === undefined ? '' : printFindings(record);
  if (record === undefined || found === '') return {};
  return {
    remark: `Files of ${image} differ from the capture: ${found} (verify of ${record.verifiedAt.slice(0, 10)}).`,
  };
}

/** The finding for a pair of manifest and tree; undefined if both are the same. In a sealed image ctime says nothing. */
export function judge({ before, after }: Pair, { isSealed = false } = {}): Finding | undefined {
  const path = showPath((after ?? before)?.name ?? '');
  if (after?.hash === '!EIO') return { kind: 'rotten', path, what: ['the disk cannot read the file'] };
  if (!before) return { kind: 'added', path, what: [] };
  if (!after) return { kind: 'removed', path, what: [] };
  const isFile = before.type === 'f' && after.type === 'f';
  if (isFile && isUntouched(before, after, { isSealed }) && before.hash !== after.hash)
    return { kind: 'rotten', path, what: ['content'] };
  const what = differencesOf(before, after);
  return what.length === 0 ? undefined : { kind: 'edited', path, what };
}

/** The entry for a new manifest: the old entry of a rotten file, so that it stays known as rotten; else the tree's entry. */
function keptOf(pair: Pair, finding: Finding | undefined): ManifestEntry | undefined {
  return finding?.kind === 'rotten' ? pair.before : pair.after;
}

/** Compares a tree with its manifest, and tells each finding. The stream is the new manifest, if edits are to be taken in. */
export async function* compareWithManifest(
  manifest: EntryStream,
  tree: EntryStream,
  onFinding: (finding: Finding) => void,
  how: { isSealed?: boolean } = {},
): AsyncGenerator<ManifestEntry[]> {
  for await (const pairs of pairUp(manifest, tree)) {
    const kept: ManifestEntry[] = [];
    for (const pair of pairs) {
      const finding = judge(pair, how);
      if (finding) onFinding(finding);
      const entry = keptOf(pair, finding);
      if (entry) kept.push(entry);
    }
    yield kept;
  }
}

/** The counts in words; empty if all are 0. */
export function printFindings(findings: Findings): string {
  const kinds = ['rotten', 'edited', 'added', 'removed'] as const;
  return kinds
    .filter((kind) => findings[kind] > 0)
    .map((kind) => `${findings[kind]} ${kind}`)
    .join(', ');
}
