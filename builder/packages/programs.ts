import fs from 'node:fs/promises';
import path from 'node:path';
import { triplets } from '../../common/boot/architectures.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { addEntries, type Entries, type Topic } from '../initrd/entry.ts';
import { readElf } from './elf.ts';
import type { Library } from './library.ts';
import { likelyFirst } from './likely-first.ts';
import { mergeUsr } from './merged-usr.ts';
import type { Tree } from './tree.ts';

/** Interpreters that busybox always provides in BOEL. */
const shells = ['/bin/sh', '/usr/bin/sh', '/bin/ash'];

/** Why a file is taken. `asked` are the packages of the programs that load it: a few libraries rely on those dependencies. */
type Reason = { topic: Topic; asked: readonly string[] };

/** Takes programs out of packages, each with the libraries that it loads. */
export class Collector {
  readonly entries: Entries = new Map();
  readonly #library: Library;
  /** The folders that are searched for libraries. */
  readonly #folders: string[];

  constructor(library: Library) {
    this.#library = library;
    this.#folders = ['/usr/lib', '/usr/lib64'].flatMap((at) => [`${at}/${triplets[library.architecture]}`, at]);
  }

  /** Adds a program, library or data file (or a folder of them) of a package. */
  async add(at: string, packageName: string, topic: Topic): Promise<void> {
    await this.#add(mergeUsr(at), await this.#library.open(packageName), { topic, asked: [] });
  }

  /** Adds the libraries of a program that is in no package; the libraries come from `packages`. */
  async addLibrariesOf(file: AbsPath, packages: readonly string[], topic: Topic): Promise<void> {
    await this.#addLoaded(file, await fs.readFile(file), packages, topic);
  }

  async #add(at: AbsPath, tree: Tree, reason: Reason): Promise<void> {
    const file = tree.files.get(at);
    if (!file) throw missing(at, tree);
    if (file.kind === 'dir') return this.#addFolder(at, file.mode, tree, reason.topic);
    if (this.entries.has(at)) return;
    const { topic, asked } = reason;
    if (file.kind === 'link') {
      this.entries.set(at, { kind: 'link', at, target: file.target, topic });
      const target = mergeUsr(path.posix.resolve(path.posix.dirname(at), file.target));
      const owner = await this.#ownerOf(target, tree);
      if (owner) await this.#add(target, owner, reason);
      return;
    }
    const from = under(tree.root, at);
    this.entries.set(at, { kind: 'file', at, from, mode: file.mode & 0o777, topic });
    const bytes = await fs.readFile(from);
    const packages = [...new Set([tree.name, ...this.#library.dependsOf(tree.name), ...asked])];
    const isElf = await this.#addLoaded(at, bytes, packages, topic);
    if (!isElf && topic === 'programs') refuseScript(at, bytes, tree);
  }

  async #addFolder(at: AbsPath, mode: number, tree: Tree, topic: Topic): Promise<void> {
    addEntries(this.entries, [{ kind: 'dir', at, mode, topic }]);
    for (const [name, file] of tree.files)
      if (name.startsWith(`${at}/`) && file.kind !== 'dir') await this.#add(name, tree, { topic, asked: [] });
  }

  /** The package that has the file: `tree` itself, or one that it depends on. */
  async #ownerOf(at: AbsPath, tree: Tree): Promise<Tree | undefined> {
    if (tree.files.has(at)) return tree;
    for (const name of this.#library.dependsOf(tree.name)) {
      const other = await this.#library.open(name);
      if (other.files.has(at)) return other;
    }
    return undefined;
  }

  /** Adds what the file loads; false if the file is no ELF file, and so loads nothing. */
  async #addLoaded(at: AbsPath, bytes: Buffer, packages: readonly string[], topic: Topic): Promise<boolean> {
    const elf = readElf(bytes, at);
    if (!elf) return false;
    const own = elf.runpaths.map((one) => mergeUsr(one.replaceAll(/\$\{?ORIGIN\}?/g, path.posix.dirname(at))));
    const loader = elf.interpreter === undefined ? [] : [path.posix.basename(elf.interpreter)];
    for (const name of [...elf.needed, ...loader])
      await this.#addLibrary(name, [...own, ...this.#folders], packages, { at, topic });
    if (elf.interpreter) await this.#addLibrary(elf.interpreter, [''], [...packages, 'libc6'], { at, topic });
    return true;
  }

  async #addLibrary(
    name: string,
    places: readonly string[],
    packages: readonly string[],
    loads: { at: AbsPath; topic: Topic },
  ): Promise<void> {
    const files = places.map((place) => mergeUsr(`${place}/${name}`));
    if (files.some((one) => this.entries.has(one))) return;
    for (const candidate of likelyFirst(name, packages)) {
      const tree = await this.#library.open(candidate);
      const at = files.find((one) => tree.files.has(one));
      if (at) return this.#add(at, tree, { topic: loads.topic, asked: packages });
    }
    throw new UserError(
      `${loads.at} loads ${name}, which is in none of ${packages.join(', ')}`,
      'Fetch newer package lists with --update.',
    );
  }
}

function refuseScript(at: AbsPath, bytes: Buffer, tree: Tree): void {
  const script = /^#! *(\S+)/.exec(bytes.toString('latin1', 0, 100))?.[1];
  if (script === undefined || shells.includes(script) || !/^\/usr\/s?bin\//.test(at)) return;
  throw new UserError(`${at} of ${tree.name} is a script for ${script}, which BOEL lacks`, 'Take another program.');
}

function missing(at: AbsPath, tree: Tree): UserError {
  const same = [...tree.files.keys()].filter((name) => path.posix.basename(name) === path.posix.basename(at));
  return new UserError(
    `the package ${tree.name} has no ${at}`,
    same.length > 0 ? `It has ${same.join(', ')}.` : 'Correct the path or the package where this is needed.',
  );
}
