import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { BuildContext } from '../run.ts';
import { eachSideBySide } from '../side-by-side.ts';
import type { Architecture } from '../../common/boot/architectures.ts';
import type { Apt, PackageFacts } from './apt.ts';
import { openDeb, type Tree } from './tree.ts';

/** Opened packages by name; each is resolved, downloaded and opened once. */
export type Library = {
  architecture: Architecture;
  facts(name: string): PackageFacts;
  /** The packages that this one depends on directly, alternatives included; names that are no package are left out. */
  dependsOf(name: string): string[];
  open(name: string): Promise<Tree>;
  /** Downloads these packages and all libraries that they depend on by one call of apt, and opens these packages. */
  prefetch(names: readonly string[]): Promise<void>;
  /** Every package that was opened, in the order of names. */
  opened(): PackageFacts[];
};

/** A library of Debian's packages; `apt` decides which version each has. */
export function packageLibrary(context: BuildContext, apt: Apt, architecture: Architecture, cache: AbsPath): Library {
  const trees = new Map<string, Promise<Tree>>();
  const open = (name: string): Promise<Tree> => {
    const tree = trees.get(name) ?? openTree(name);
    trees.set(name, tree);
    return tree;
  };
  const facts = (name: string) => {
    const found = apt.facts(name);
    if (found) return found;
    throw new UserError(
      `Debian's package lists for ${architecture} name no package ${name}`,
      'Fetch newer lists with --update, and check the name and the sources in /etc/apt.',
    );
  };
  const dependsOf = (name: string) =>
    facts(name)
      .depends.flat()
      .filter((one) => apt.facts(one));
  const openTree = async (name: string) => {
    const [deb] = await apt.download([facts(name)]);
    if (!deb) throw new Error(`no file for ${name}`);
    return openDeb(context, deb, cache);
  };
  return {
    architecture,
    facts,
    dependsOf,
    open,
    async prefetch(names) {
      const wanted = new Set(names);
      for (const name of wanted) for (const one of dependsOf(name)) if (isLibrary(one)) wanted.add(one);
      await apt.download([...wanted].map(facts));
      await eachSideBySide(names, open);
    },
    opened: () => [...trees.keys()].sort().map(facts),
  };
}

/** True for a package of shared libraries (Debian Policy 8.1); zlib1g is the one exception to the naming rule. */
const isLibrary = (name: string) => name.startsWith('lib') || name === 'zlib1g';
