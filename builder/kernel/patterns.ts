import path from 'node:path';

/** A list of kernel modules: patterns that include modules, and patterns that exclude some of them. */
export type ModuleList = { name: string; takes: string[]; leaves: string[] };

/** Reads a `.modules` file of kernel-config/: a pattern per line, `!` excludes, `#` starts a comment. */
export function parseModuleList(name: string, text: string): ModuleList {
  const patterns = text
    .split('\n')
    .map((line) => line.replace(/#.*/s, '').trim())
    .filter(Boolean);
  return {
    name,
    takes: patterns.filter((one) => !one.startsWith('!')),
    leaves: patterns.filter((one) => one.startsWith('!')).map((one) => one.slice(1)),
  };
}

/** The modules that a list names. Paths lie below `kernel/` and end without suffix, as in `drivers/net/virtio_net`. */
export function selectModules(list: ModuleList, paths: readonly string[]): string[] {
  const matches = (at: string, patterns: readonly string[]) =>
    patterns.some((pattern) => path.posix.matchesGlob(at, pattern));
  return paths.filter((at) => matches(at, list.takes) && !matches(at, list.leaves));
}

/** A module's name as the kernel knows it: the file's, with underscores (Documentation/kbuild/modules.rst). */
export function moduleName(at: string): string {
  return path.posix
    .basename(at)
    .replace(/\.ko(\.(xz|zst|gz))?$/, '')
    .replaceAll('-', '_');
}
