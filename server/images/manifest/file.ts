import { createReadStream } from 'node:fs';
import { UserError } from '../../../common/system/errors.ts';
import { mkdir, write } from '../../../common/system/files/change.ts';
import { naming } from '../../../common/system/files/naming.ts';
import { openPlain } from '../../../common/system/files/open-plain.ts';
import { type AbsPath, type At, printPlace, under } from '../../../common/system/place.ts';
import type { ServerPaths } from '../../config/paths.ts';
import type { ManifestEntry } from './entry.ts';
import { countOf, firstLine, lastLine, parseEntry, printEntry } from './format.ts';

/** The file of an image's manifest. */
export function manifestFile(paths: Pick<ServerPaths, 'manifests'>, image: string): AbsPath {
  return under(paths.manifests, `${image}.manifest`);
}

/** Entries in a manifest's order, some thousands at a time. */
export type EntryStream = AsyncIterable<ManifestEntry[]>;

const chunkBytes = 64 * 1024;

/** The entries of a manifest, read as they are asked for. UserError if the file is torn or no manifest. */
export async function* readManifest(at: At): AsyncGenerator<ManifestEntry[]> {
  const bad = (what: string) =>
    new UserError(
      `${printPlace(at)}: ${what}`,
      'Make the manifest anew: remove this file, then systemimager verify IMAGE --refresh',
    );
  let rest = '';
  let isFirst = true;
  let count = 0;
  let told: number | undefined;
  const { fd } = await naming(at, () => openPlain(at));
  for await (const chunk of createReadStream('', { fd, encoding: 'latin1', highWaterMark: chunkBytes })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (isFirst && lines.length > 0) {
      if (lines.shift() !== firstLine) throw bad('the file is no manifest of this version');
      isFirst = false;
    }
    const entries: ManifestEntry[] = [];
    for (const line of lines) {
      const entry = parseEntry(line);
      if (told !== undefined || (!entry && countOf(line) === undefined))
        throw bad(`line ${count + 2} does not read: ${JSON.stringify(line.slice(0, 80))}`);
      if (!entry) told = countOf(line);
      else {
        entries.push(entry);
        count += 1;
      }
    }
    yield entries;
  }
  if (told !== count || rest !== '') throw bad(`the file is torn after ${count} entries`);
}

/** Writes a manifest while its entries come; the file appears whole or not at all. */
export async function writeManifest(at: AbsPath, entries: EntryStream): Promise<void> {
  await naming(at, () => mkdir(under(at, '..'), {}));
  // A manifest names every file of an image, also files in directories that only root may read.
  await naming(at, () => write(at, printManifest(entries), { mode: 0o600 }));
}

async function* printManifest(entries: EntryStream): AsyncGenerator<Uint8Array> {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  let count = 0;
  yield bytes(`${firstLine}\n`);
  for await (const some of entries) {
    count += some.length;
    if (some.length > 0) yield bytes(`${some.map(printEntry).join('\n')}\n`);
  }
  yield bytes(`${lastLine(count)}\n`);
}
