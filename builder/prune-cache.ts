import fs from 'node:fs/promises';
import { chooseOld, type OldFile } from '../common/system/old-files.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/** Folders of the cache whose entries are made again where they are missing. */
const folders = ['debs', 'opened', 'sea', 'depmod', 'modules', 'stamps'];
/** Entries in the cache's own folder: busybox, Node, and what tests make. Half-made ones end in tmp. */
const ownEntries = /^(busybox|node|golden|bench)-|\.tmp$/;

/** An installed base, its packages and a few golden trees take 2 GB. What was used today may be in use. */
const limits = { keepDays: 60, keepBytes: 12 * 1024 ** 3, leastDays: 1 };

/** Bytes of a file, or of everything in a folder; hard links count each time. */
async function bytesOf(at: AbsPath): Promise<number> {
  const stat = await fs.lstat(at);
  if (!stat.isDirectory()) return stat.size;
  const entries = await fs.readdir(at, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) if (entry.isFile()) bytes += (await fs.lstat(`${entry.parentPath}/${entry.name}`)).size;
  return bytes;
}

async function entriesOf(folder: AbsPath, isMeant: (name: string) => boolean): Promise<OldFile[]> {
  const names = (await fs.readdir(folder).catch((): string[] => [])).filter(isMeant);
  const found: OldFile[] = [];
  for (const name of names) {
    const at = under(folder, name);
    // Another build may have removed it meanwhile.
    const stat = await fs.lstat(at).catch(() => undefined);
    if (stat) found.push({ name: at, sizeBytes: await bytesOf(at), mtimeMs: stat.mtimeMs });
  }
  return found;
}

/** Removes what no build has used for long, and beyond that the oldest where there is too much. Gives the number of entries. */
export async function pruneCache(cache: AbsPath, nowMs: number, keep = limits): Promise<number> {
  const entries = [
    ...(await entriesOf(cache, (name) => ownEntries.test(name))),
    ...(await Promise.all(folders.map((name) => entriesOf(under(cache, name), () => true)))).flat(),
  ];
  const old = chooseOld(entries, { nowMs, ...keep });
  for (const at of old) await fs.rm(at, { recursive: true, force: true });
  return old.length;
}
