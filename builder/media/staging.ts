import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { printSums, sumsName } from '../../common/media/sums.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';

/** A file of a medium: its path there, and the file that is copied, or its content. */
export type MediumFile = { name: string } & (
  | { from: AbsPath }
  | { content: Uint8Array | string }
  /** A file that was made for the medium, on the filesystem where the medium is put together: it is moved. */
  | { made: AbsPath }
);

/** The newest time in the packages that a medium is made from: the time of all its files, so that two builds give the same bytes. */
export async function newestSeconds(library: Library): Promise<number> {
  const trees = await Promise.all(library.opened().map((one) => library.open(one.name)));
  return Math.max(...trees.map((tree) => tree.newestSeconds));
}

/** The bytes of each of these files. */
export const fileBytes = (files: readonly MediumFile[]): Promise<number[]> =>
  Promise.all(
    files.map(async (one) =>
      'content' in one ? Buffer.byteLength(one.content) : (await fs.stat('from' in one ? one.from : one.made)).size,
    ),
  );

/** SHA256SUMS of the files of a medium. */
export async function sumsOf(files: readonly MediumFile[]): Promise<MediumFile> {
  const sums = new Map<string, string>();
  for (const one of files) {
    const hash = createHash('sha256');
    if ('content' in one) hash.update(one.content);
    else for await (const piece of createReadStream('from' in one ? one.from : one.made)) hash.update(piece as Buffer);
    sums.set(one.name, hash.digest('hex'));
  }
  return { name: sumsName, content: printSums(sums) };
}

/** Puts the files of a medium below `folder`, all with the same time in seconds, and gives what lies in `folder` then, sorted. */
export async function place(folder: AbsPath, files: readonly MediumFile[], seconds: number): Promise<AbsPath[]> {
  for (const one of files) {
    const at = under(folder, one.name);
    await fs.mkdir(path.dirname(at), { recursive: true });
    if ('from' in one) await fs.copyFile(one.from, at);
    else if ('made' in one) await fs.rename(one.made, at);
    else await fs.writeFile(at, one.content);
    await fs.chmod(at, 0o644);
  }
  const names = await fs.readdir(folder, { recursive: true });
  for (const at of [...names.map((name) => under(folder, name)), folder]) await fs.utimes(at, seconds, seconds);
  return (await fs.readdir(folder)).toSorted().map((name) => under(folder, name));
}

/** A folder that goes away with the block that uses it. */
export async function temporaryFolder(parent = os.tmpdir()): Promise<{ path: AbsPath } & AsyncDisposable> {
  const at = absPath(await fs.mkdtemp(path.join(parent, '.systemimager-')));
  return { path: at, [Symbol.asyncDispose]: () => fs.rm(at, { recursive: true, force: true }) };
}
