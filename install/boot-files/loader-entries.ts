import { fitsType, mountedLines } from '../../common/model/layout/mount-spec.ts';
import type { Target } from '../../common/model/target.ts';
import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import { mountOf } from '../target/places.ts';

/** An entry of the Boot Loader Specification (type 1); its files have the paths that the installed machine sees. */
export type LoaderEntry = {
  path: AbsPath;
  /** Undefined if the entry starts something else, or the file is missing. */
  linux: AbsPath | undefined;
  initrds: AbsPath[];
  version: string | undefined;
  options: string;
};

/** Where entries lie: /boot, and each FAT that the machine mounts, which may be the EFI system partition. */
export function loaderDirs(target: Pick<Target, 'mounts'>): AbsPath[] {
  const fats = mountedLines(target.mounts).filter(({ type }) => fitsType(type, 'vfat'));
  return [...new Set([absPath('/boot'), ...fats.map(({ dir }) => absPath(dir))])];
}

/** Reads all entries. Paths in an entry start at the root of the filesystem that holds the entry. */
export async function loaderEntries(tree: Inside, target: Pick<Target, 'mounts'>): Promise<LoaderEntry[]> {
  const found: LoaderEntry[] = [];
  for (const dir of loaderDirs(target)) {
    const folder = under(dir, 'loader/entries');
    const base = absPath(mountOf(target, dir)?.dir ?? '/');
    for (const name of (await tree.list(folder)) ?? []) {
      if (!name.endsWith('.conf')) continue;
      const path = under(folder, name);
      const lines = ((await tree.readText(path)) ?? '').split('\n').map((line) => line.trim());
      const values = (key: string) =>
        lines.flatMap((line) => (line.split(/\s/, 1)[0] === key ? line.slice(key.length).trim() : []));
      const there = async (at: string) => {
        const full = under(base, at);
        return (await tree.exists(full)) ? full : undefined;
      };
      const initrds: AbsPath[] = [];
      for (const at of values('initrd').flatMap((value) => value.split(/\s+/))) {
        const full = await there(at);
        if (full) initrds.push(full);
      }
      const [linux] = values('linux');
      found.push({
        path,
        linux: linux === undefined ? undefined : await there(linux),
        initrds,
        version: values('version')[0],
        options: values('options').join(' '),
      });
    }
  }
  return found;
}
