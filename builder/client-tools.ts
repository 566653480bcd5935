import fs from 'node:fs/promises';
import path from 'node:path';
import type { AbsPath } from '../common/system/place.ts';
import type { Entries } from './initrd/entry.ts';
import { readElf } from './packages/elf.ts';
import type { Library } from './packages/library.ts';
import { mergeUsr } from './packages/merged-usr.ts';
import { sortedEntries } from './initrd/entry.ts';
import { Collector } from './packages/programs.ts';

/** Programs that the commands run and a minimal Debian lacks: the path in the package, and the package. */
const tools: Record<AbsPath, string> = {
  '/usr/bin/rsync': 'rsync',
  '/sbin/sfdisk': 'fdisk',
  '/bin/efibootmgr': 'efibootmgr',
  '/sbin/kexec': 'kexec-tools',
};

/** A file of the archive, relative to lib/. */
export type ClientFile = { name: string; mode: number; content: Buffer | string };

/**
 * tools/ with the programs, their libraries and the loader, so that they run beside any C library (ld.so(8)); and bin/ with a
 * script for each program. bin/ is last in the client's PATH: the machine's own programs come first.
 */
export async function clientTools(library: Library): Promise<ClientFile[]> {
  const collected = new Collector(library);
  for (const [at, packageName] of Object.entries(tools)) await collected.add(at, packageName, 'programs');
  const files: ClientFile[] = [];
  for (const [name, from] of flatten(collected.entries))
    files.push({ name: `tools/${name}`, mode: 0o755, content: await fs.readFile(from) });
  for (const tool of Object.keys(tools)) {
    const name = path.basename(tool);
    const { content } = files.find((one) => one.name === `tools/${name}`) ?? {};
    const loader = path.basename((Buffer.isBuffer(content) && readElf(content, name)?.interpreter) || '');
    files.push({ name: `bin/${name}`, mode: 0o755, content: wrapper(name, loader) });
  }
  return files;
}

const wrapper = (name: string, loader: string) => `#!/bin/sh
tools=$(dirname "$(dirname "$(readlink -f "$0")")")/tools
exec "$tools/${loader}" --library-path "$tools" "$tools/${name}" "$@"
`;

/** Makes one folder of plain files under the names that programs ask for: a stick with FAT has no links. */
function flatten(entries: Entries): Map<string, AbsPath> {
  const fileOf = (at: AbsPath): AbsPath | undefined => {
    const entry = entries.get(at);
    if (entry?.kind === 'link') return fileOf(mergeUsr(path.posix.resolve(path.posix.dirname(at), entry.target)));
    return entry?.kind === 'file' ? entry.from : undefined;
  };
  const all = sortedEntries(entries);
  const linked = new Set(all.flatMap((one) => (one.kind === 'link' ? (fileOf(one.at) ?? []) : [])));
  const flat = new Map<string, AbsPath>();
  for (const { at, kind } of all) {
    const from = fileOf(at);
    if (from !== undefined && (kind === 'link' || !linked.has(from))) flat.set(path.basename(at), from);
  }
  return flat;
}
