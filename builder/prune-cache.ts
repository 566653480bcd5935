import fs from 'node:fs/promises';
import { chooseOld, type OldFile, steadyTime } from '../common/system/old-files.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/** Folders of the cache whose entries are made again if they are missing. */
const folders = ['apt', 'debs', 'opened', 'sea', 'depmod', 'modules', 'kernels', 'stamps'];
/** Entries in the cache's own folder: busybox, boel.c, Node, and what tests make. Half-made ones end in tmp. */
const ownEntries = /^(busybox|asker|node|golden|bench)-|\.tmp$/;

/** An installed base, its packages and a few golden trees take 2 GB. An entry that was used today may be in use. */
const limits = { keepDays: 60, keepBytes: 12 * 1024 ** 3, leastDays: 1 };

/**
 * Bytes of a file, or of all files in a folder on the device `dev`; each hard link counts, files that vanish meanwhile do not.
 * Undefined if something is mounted below: somebody works there, and a removal would empty the mounted filesystem.
 */
export async function bytesOf(at: string, dev: number): Promise<number | undefined> {
  const stat = await fs.lstat(at).catch(() => undefined);
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  if (stat.dev !== dev) return undefined;
  let bytes = 0;
  for (const name of await fs.readdir(at).catch((): string[] => [])) {
    const more = await bytesOf(`${at}/${name}`, dev);
    if (more === undefined) return undefined;
    bytes += more;
  }
  return bytes;
}

async function entriesOf(folder: AbsPath, isMeant: (name: string) => boolean): Promise<OldFile[]> {
  const names = (await fs.readdir(folder).catch((): string[] => [])).filter(isMeant);
  const found: OldFile[] = [];
  for (const name of names) {
    const at = under(folder, name);
    // Another build may have removed it meanwhile.
    const stat = await fs.lstat(at).catch(() => undefined);
    const sizeBytes = stat && (await bytesOf(at, stat.dev));
    if (stat && sizeBytes !== undefined) found.push({ name: at, sizeBytes, mtimeMs: stat.mtimeMs });
  }
  return found;
}

/** Unfinished entries of processes that are gone: `NAME.PID.tmp`, and a folder `.work` for some of them. */
async function leftoversIn(folder: AbsPath): Promise<AbsPath[]> {
  const found: AbsPath[] = [];
  for (const name of await fs.readdir(folder).catch((): string[] => [])) {
    const pid = /\.(\d+)\.tmp(\.work)?$/.exec(name)?.[1];
    if (pid !== undefined && !(await fs.stat(`/proc/${pid}`).catch(() => undefined))) found.push(under(folder, name));
  }
  return found;
}

/** Removes what killed builds left in a folder. */
export async function removeLeftovers(folder: AbsPath): Promise<void> {
  for (const at of await leftoversIn(folder)) {
    const stat = await fs.lstat(at).catch(() => undefined);
    if (stat && (await bytesOf(at, stat.dev)) !== undefined) await fs.rm(at, { recursive: true, force: true });
  }
}

/** Removes entries that no build has used for long, and the oldest if the cache is too large. Gives the number of entries. */
export async function pruneCache(cache: AbsPath, clockMs: number, keep = limits): Promise<number> {
  for (const folder of [cache, ...folders.map((name) => under(cache, name))]) await removeLeftovers(folder);
  const entries = [
    ...(await entriesOf(cache, (name) => ownEntries.test(name))),
    ...(await Promise.all(folders.map((name) => entriesOf(under(cache, name), () => true)))).flat(),
  ];
  const looked = under(cache, 'looked');
  const lookedMs = (await fs.stat(looked).catch(() => undefined))?.mtimeMs;
  const time = steadyTime(lookedMs, clockMs, entries);
  const old = chooseOld(entries, { ...keep, nowMs: time });
  await fs.writeFile(looked, '');
  await fs.utimes(looked, time / 1000, time / 1000);
  for (const at of old) await fs.rm(at, { recursive: true, force: true });
  return old.length;
}
