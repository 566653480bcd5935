import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { addEntries, type Entries, type Entry, type Topic } from '../initrd/entry.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import { readElf } from './elf.ts';
import type { Library } from './library.ts';
import { mergeUsr } from './merged-usr.ts';
import type { Tree } from './tree.ts';

/** Debian's name for the folder of each architecture's libraries. */
export const triplets: Record<Architecture, string> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Interpreters that are always in BOEL, as busybox has them. */
const shells = ['/bin/sh', '/usr/bin/sh', '/bin/ash'];

/** Takes programs out of packages, each with the libraries it loads. */
export type Collector = {
  entries: Entries;
  /** A program, library or data file (or a folder of them) of a package. */
  add(at: string, packageName: string, topic: Topic): Promise<void>;
  /** The libraries of a program that is in no package, which come from `packages`. */
  addLibrariesOf(file: AbsPath, packages: readonly string[], topic: Topic): Promise<void>;
};

/** Makes a collector that opens packages of `library`. */
export function collector(library: Library): Collector {
  const entries: Entries = new Map();
  const folders = ['/usr/lib', '/usr/lib64'].flatMap((at) => [`${at}/${triplets[library.architecture]}`, at]);

  /** `asked` names the packages of those who load it: a few libraries leave a dependency to their users. */
  const add = async (at: AbsPath, tree: Tree, topic: Topic, asked: readonly string[] = []): Promise<void> => {
    const file = tree.files.get(at);
    if (!file) throw missing(at, tree);
    if (file.kind === 'dir') {
      const below = [...tree.files.keys()].filter((name) => name.startsWith(`${at}/`));
      addEntries(entries, [{ kind: 'dir', at, mode: file.mode, topic }]);
      for (const name of below) if (tree.files.get(name)?.kind !== 'dir') await add(name, tree, topic);
      return;
    }
    if (entries.has(at)) return;
    if (file.kind === 'link') {
      entries.set(at, { kind: 'link', at, target: file.target, topic });
      const target = mergeUsr(path.posix.resolve(path.posix.dirname(at), file.target));
      const owner = await findFile(target, tree);
      if (owner) await add(target, owner, topic, asked);
      return;
    }
    const from = under(tree.root, at);
    entries.set(at, { kind: 'file', at, from, mode: file.mode & 0o777, topic });
    await addLibraries(at, await fs.readFile(from), tree, topic, asked);
  };

  /** The package that has the file: `tree` itself, or one that it depends on. */
  const findFile = async (at: AbsPath, tree: Tree): Promise<Tree | undefined> => {
    if (tree.files.has(at)) return tree;
    for (const name of library.dependsOf(tree.name)) {
      const other = await library.open(name);
      if (other.files.has(at)) return other;
    }
    return undefined;
  };

  const addLibraries = async (
    at: AbsPath,
    bytes: Buffer,
    tree: Tree,
    topic: Topic,
    asked: readonly string[],
  ): Promise<void> => {
    const elf = readElf(bytes, `${at} of ${tree.name}`);
    if (!elf) {
      const script = /^#! *(\S+)/.exec(bytes.toString('latin1', 0, 100))?.[1];
      if (script && topic === 'programs' && isProgram(at) && !shells.includes(script))
        throw new UserError(
          `${at} of ${tree.name} is a script for ${script}, which BOEL lacks`,
          'Take another program.',
        );
      return;
    }
    const packages = [...new Set([tree.name, ...library.dependsOf(tree.name), ...asked])];
    const own = elf.runpaths.map((one) => mergeUsr(one.replaceAll(/\$\{?ORIGIN\}?/g, path.posix.dirname(at))));
    const wanted = elf.interpreter ? [...elf.needed, path.posix.basename(elf.interpreter)] : elf.needed;
    for (const name of wanted) await addLibrary(name, [...own, ...folders], packages, at, topic);
    if (elf.interpreter) await addLibrary(elf.interpreter, [''], [...packages, 'libc6'], at, topic);
  };

  const addLibrary = async (
    name: string,
    places: readonly string[],
    packages: readonly string[],
    forFile: AbsPath,
    topic: Topic,
  ): Promise<void> => {
    if (places.some((place) => entries.has(mergeUsr(`${place}/${name}`)))) return;
    for (const candidate of likelyFirst(name, packages)) {
      const tree = await library.open(candidate);
      const at = places.map((place) => mergeUsr(`${place}/${name}`)).find((one) => tree.files.has(one));
      if (at) return add(at, tree, topic, packages);
    }
    throw new UserError(
      `${forFile} loads ${name}, which is in none of ${packages.join(', ')}`,
      'Fetch newer package lists with --update.',
    );
  };

  return {
    entries,
    add: async (at, packageName, topic) => add(mergeUsr(at), await library.open(packageName), topic),
    async addLibrariesOf(file, packages, topic) {
      const elf = readElf(await fs.readFile(file), file);
      for (const name of elf?.needed ?? []) await addLibrary(name, folders, packages, file, topic);
      if (elf?.interpreter) await addLibrary(elf.interpreter, [''], packages, file, topic);
    },
  };
}

const isProgram = (at: AbsPath) => /^\/usr\/s?bin\//.test(at);

/**
 * Debian names a library's package after its soname (Debian Policy 8.1): libfoo.so.1 is in libfoo1, libfoo-1.2.so.3 in
 * libfoo-1.2-3, since 2024 with t64 behind it. Those come first, other packages after them, so that few are opened.
 */
export function likelyFirst(soname: string, packages: readonly string[]): string[] {
  const simple = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9+.]/g, '');
  const wished = simple(soname.replace(/\.so\b\.?/, ''));
  const score = (name: string) => {
    const own = simple(name.replace(/t64$/, ''));
    if (own === wished) return 0;
    if (own.startsWith(wished) || wished.startsWith(own)) return 1;
    if (name === 'libc6') return 2;
    return name.startsWith('lib') ? 3 : 4;
  };
  return [...new Set(packages)].sort((a, b) => score(a) - score(b));
}

function missing(at: AbsPath, tree: Tree): UserError {
  const same = [...tree.files.keys()].filter((name) => path.posix.basename(name) === path.posix.basename(at));
  return new UserError(
    `the package ${tree.name} has no ${at}`,
    same.length > 0 ? `It has ${same.join(', ')}.` : 'Correct the path or the package where this is needed.',
  );
}

/** Files of a whole package that nobody needs while installing. */
const unneeded = /^\/usr\/share\/(doc|doc-base|man|info|locale|lintian|bug|menu|bash-completion|zsh)\//;

/** Every file of a package, for --add-package. */
export function wholePackage(tree: Tree): AbsPath[] {
  return [...tree.files].filter(([at, file]) => file.kind !== 'dir' && !unneeded.test(at)).map(([at]) => at);
}

/** The entries that a topic brings, as `Entry`s in the order of their paths. */
export function sortedEntries(entries: Entries): Entry[] {
  return [...entries.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}
