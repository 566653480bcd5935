import { type HostsLine, parseHosts, printHosts } from '../../common/model/hosts.ts';
import { inside } from '../../common/system/inside.ts';
import type { Owner, ReadIo } from '../../common/system/io.ts';
import { absPath, type Place } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** A hosts(5) file; `attrs` is undefined if there is no such file yet. */
export type HostsFile = { at: Place; lines: readonly HostsLine[]; attrs?: { mode: number; owner: Owner } };

/** Reads a hosts(5) file; it may be a link, which is followed inside its root. */
export async function readHostsFile(io: ReadIo, at: Place): Promise<HostsFile> {
  const tree = inside(io, at.root);
  const text = await tree.readText(at.path);
  const stat = await io.lstat(await tree.real(at.path));
  if (text === undefined || stat === undefined) return { at, lines: [] };
  return { at, lines: parseHosts(text), attrs: { mode: stat.mode & 0o777, owner: { uid: stat.uid, gid: stat.gid } } };
}

/** Steps that give the file these lines, and keep its mode and owner; none if the file has these lines already. */
export function planHostsFile(why: string, file: HostsFile, lines: readonly HostsLine[], backup: boolean): Step[] {
  const { at, attrs } = file;
  const content = printHosts(lines);
  if (attrs && content === printHosts(file.lines)) return [];
  const folder = { root: at.root, path: absPath(`${at.path}/..`) };
  return [
    ...(attrs ? [] : [{ why: 'Make the folder of hosts', kind: 'mkdir', at: folder } as const]),
    { why, kind: 'write', at, content, mode: 0o644, ...attrs, backup },
  ];
}
