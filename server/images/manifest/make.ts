import type { CliContext } from '../../../common/cli.ts';
import { UserError } from '../../../common/system/errors.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { serverPaths } from '../../config/paths.ts';
import { verifiedFile } from '../verify.ts';
import type { ManifestEntry } from './entry.ts';
import { type EntryStream, manifestFile, writeManifest } from './file.ts';
import { type Hasher, startHasher } from './hasher.ts';
import { type Scan, type ScanProgress, scanTree } from './scan.ts';
import { showPath } from './show-name.ts';

const tellMs = 5000;
const count = (number: number) => number.toLocaleString('en').replaceAll(',', ' ');
const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** Prints how far a scan is, every few seconds; `end` prints the totals and the time. */
export function scanTeller(what: string, print: (line: string) => void) {
  const startedMs = performance.now();
  let toldMs = startedMs;
  let last: ScanProgress = { entries: 0, readFiles: 0, readBytes: 0, knownFiles: 0 };
  const text = () =>
    `${what}: ${count(last.entries)} entries, ${mib(last.readBytes)} of ${count(last.readFiles)} files read`;
  return {
    onProgress: (progress: ScanProgress) => {
      last = progress;
      if (performance.now() - toldMs < tellMs) return;
      toldMs = performance.now();
      print(`${text()} so far`);
    },
    end: () => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      const known = last.knownFiles > 0 ? `, ${count(last.knownFiles)} known from before` : '';
      print(`${text()}${known}, in ${seconds} s`);
    },
  };
}

/** Runs `work` with threads that hash, and ends the threads; the signal ends them even in the middle of a file. */
export async function withHasher<T>(signal: AbortSignal, work: (hasher: Hasher) => Promise<T>): Promise<T> {
  const hasher = startHasher(signal);
  try {
    return await work(hasher);
  } finally {
    await hasher.close();
  }
}

/** A stream that fails at a file that could not be read: a manifest tells only of complete files. */
export async function* onlyReadable(at: AbsPath, entries: EntryStream): AsyncGenerator<ManifestEntry[]> {
  for await (const some of entries) {
    const bad = some.find((one) => one.hash.startsWith('!'));
    if (bad)
      throw new UserError(
        `${at}${showPath(bad.name)} cannot be read: ${bad.hash.slice(1)}`,
        'Mend or remove that file, then run: systemimager verify IMAGE --refresh',
      );
    yield some;
  }
}

/** Writes the manifest of an image. `known` is a manifest that saves reading unchanged files. */
export async function makeManifest(context: CliContext, image: string, known?: Scan['known']): Promise<void> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const at = under(paths.images, image);
  const teller = scanTeller(`manifest of ${image}`, (line) => context.print(line));
  await withHasher(signal, async (hasher) => {
    const scan = scanTree({ io, at, hasher, signal, onProgress: teller.onProgress, known });
    await writeManifest(manifestFile(paths, image), onlyReadable(at, scan));
  });
  // The findings of an earlier verify were about another tree.
  await io.remove(verifiedFile(paths, image));
  teller.end();
}
