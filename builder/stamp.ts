import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { filesBelow } from '../common/system/files-below.ts';
import { type AbsPath, under } from '../common/system/place.ts';
import { contentKey } from './cache.ts';
import { outputNames } from './output.ts';
import { sourceTop } from './top.ts';

/** The report of a build, which is shown again when nothing changed. */
export const BootReport = z.object({
  folder: z.string(),
  kernel: z.string(),
  busybox: z.string(),
  kernelBytes: z.int(),
  initrdBytes: z.int(),
  /** Bytes before compression, by topic. */
  topics: z.record(z.string(), z.int()),
  /** Bytes of each topic packed by itself, only with --sizes. */
  packedTopics: z.record(z.string(), z.int()).optional(),
  modules: z.int(),
  packages: z.array(z.string()),
  /** Milliseconds by phase. */
  phases: z.record(z.string(), z.int()),
});
export type BootReport = z.infer<typeof BootReport>;

const Stamp = z.object({ key: z.string(), outputs: z.string(), report: BootReport });

/** Our folders whose content decides what a build makes. */
const sourceFolders = ['common', 'machine', 'install', 'runtime', 'builder', 'kernel-config', 'busybox-config'];

/** A key of all that a build reads except Debian's packages: our sources, and the `facts` of the call. */
export async function inputsKey(facts: unknown): Promise<string> {
  const parts: string[] = [JSON.stringify(facts), process.version];
  for (const folder of sourceFolders) {
    const files = (await filesBelow(path.join(sourceTop, folder))).filter((name) => !name.endsWith('.test.ts'));
    for (const file of files.map((name) => path.join(folder, name)))
      parts.push(file, await fs.readFile(path.join(sourceTop, file), 'utf8'));
  }
  parts.push(await fs.readFile(path.join(sourceTop, 'package-lock.json'), 'utf8').catch(() => ''));
  return contentKey(...parts);
}

/** A key of our sources alone: the same sources have the same key. */
export const sourcesKey = (): Promise<string> => inputsKey('sources');

/** Size and time of a file or of every file in a folder: enough to see that it changed. */
export async function fileFacts(at: AbsPath): Promise<string> {
  const stat = await fs.stat(at).catch(() => undefined);
  if (!stat) return 'missing';
  if (!stat.isDirectory()) return `${stat.size} ${stat.mtimeMs}`;
  const names = await filesBelow(at).catch((): string[] => []);
  // An administrator may name any folder, also one in which files come and go.
  const stats = await Promise.all(names.map((name) => fs.lstat(under(at, name)).catch(() => undefined)));
  return contentKey(...stats.map((one, index) => `${names[index]} ${one?.size} ${one?.mtimeMs}`));
}

const stampFile = (cache: AbsPath, folder: AbsPath) => under(cache, 'stamps', `${contentKey(folder)}.json`);

/** Facts of what a build wrote into `folder`. */
async function outputFacts(folder: AbsPath): Promise<string> {
  return contentKey(...(await Promise.all(outputNames.map((name) => fileFacts(under(folder, name))))));
}

async function readStamp(at: AbsPath): Promise<z.infer<typeof Stamp> | undefined> {
  try {
    return Stamp.parse(JSON.parse(await fs.readFile(at, 'utf8')));
  } catch {
    // The stamp is missing, from another release, or cut off by a full disk: each time a build is needed.
    return undefined;
  }
}

/** The report of the last build into `folder`, if its inputs had this key and its outputs are still there. */
export async function lastReport(cache: AbsPath, folder: AbsPath, key: string): Promise<BootReport | undefined> {
  const stamp = await readStamp(stampFile(cache, folder));
  return stamp?.key === key && stamp.outputs === (await outputFacts(folder)) ? stamp.report : undefined;
}

/** Saves the report of a build, with the key of its inputs. */
export async function saveStamp(cache: AbsPath, folder: AbsPath, key: string, report: BootReport): Promise<void> {
  await fs.mkdir(under(cache, 'stamps'), { recursive: true });
  const stamp: z.infer<typeof Stamp> = { key, outputs: await outputFacts(folder), report };
  await fs.writeFile(stampFile(cache, folder), JSON.stringify(stamp));
}
