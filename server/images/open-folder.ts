import path from 'node:path';
import { inside } from '../../common/system/inside.ts';
import type { FileFacts, ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import { octal } from '../../common/system/steps/kind.ts';

/** Group and others (inode(7)). */
const notOwner = 0o077;
const othersWrite = 0o022;
/** Users may remove and rename only their own files in such a folder. */
const sticky = 0o1000;

/**
 * Why other users can reach a folder of images, which hold password hashes and host keys, and what to do about it; undefined
 * if only its owner can. A folder that is not there yet is judged by the folders above it.
 */
export async function openToOthers(
  io: ReadIo,
  folder: AbsPath,
  ownUid = process.getuid?.() ?? 0,
): Promise<{ why: string; hint: string } | undefined> {
  // The real folder: images/ may be a link to another disk.
  const real = await inside(io, '/').real(folder);
  const stat = await io.lstat(real);
  const isStrange = ({ uid }: FileFacts) => uid !== 0 && uid !== ownUid;
  if (stat && (stat.mode & notOwner) !== 0)
    return {
      why: `${folder} has mode ${octal(stat.mode)}: other users of this machine can read password hashes and host keys`,
      hint: `Run: ${quoteArgv(['chmod', '0700', folder])}`,
    };
  if (stat && isStrange(stat))
    return {
      why: `${folder} belongs to the user ${stat.uid}, who can read password hashes and host keys`,
      hint: `Run: ${quoteArgv(['chown', 'root:root', folder])}`,
    };
  for (let above = path.dirname(real); ; above = path.dirname(above)) {
    const facts = await io.lstat(absPath(above));
    if (facts && ((facts.mode & othersWrite && !(facts.mode & sticky)) || isStrange(facts)))
      return {
        why: `${above} has mode ${octal(facts.mode)} and belongs to the user ${facts.uid}: others than root can put a folder of theirs in place of ${folder}`,
        hint: `Run: ${quoteArgv(['chown', 'root', above])}; ${quoteArgv(['chmod', 'go-w', above])}`,
      };
    if (above === '/') return undefined;
  }
}

/** Warns a person who puts an image into a folder that other users can reach. */
export async function tellOpen(
  { io, print }: { io: ReadIo; print: (line: string) => void },
  folder: AbsPath,
): Promise<void> {
  const open = await openToOthers(io, folder);
  if (open) print(`${open.why}. ${open.hint}`);
}
