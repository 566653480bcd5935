import { writesMark } from '../../assets/scripts.ts';
import { compareTrees } from '../../compare/compare.ts';
import { listPartition, listTree, type PartitionAt } from '../../compare/list-on-host.ts';
import { joinListings, type Listing } from '../../compare/listing.ts';
import type { Vm } from '../harness/vm.ts';

/** Where on a disk a part of the installed tree lies. */
export type InstalledPart = PartitionAt & { dir: string };

const listed = new Map<string, Promise<Listing>>();

const listOnce = (tree: string) => {
  const known = listed.get(tree) ?? listTree(tree);
  listed.set(tree, known);
  return known;
};

async function listParts(parts: readonly InstalledPart[]): Promise<Listing> {
  const found: [string, Listing][] = [];
  for (const { dir, ...at } of parts) found.push([dir, await listPartition(at)]);
  return joinListings(found);
}

/** The paths that the verbs after `image` said they write, below the target and without slash in front. */
export async function toldWrites(vm: Vm): Promise<string[]> {
  const lines = (await vm.lines()).map(({ text }) => text);
  return lines.flatMap((line) => {
    const at = line.indexOf(`${writesMark}/a/`);
    return at < 0 ? [] : [line.slice(at + writesMark.length + '/a/'.length).trim()];
  });
}

/**
 * Compares what a machine installed with the tree it came from; only what its verbs told may differ. What this machine
 * cannot mount comes as a listing (lab/list-in-lab.ts).
 */
export async function expectInstalled(
  vm: Vm,
  tree: string,
  installed: InstalledPart[] | Listing,
  more: string[] = [],
): Promise<void> {
  const told = await toldWrites(vm);
  if (told.length === 0) throw new Error('the verbs told no path that they write');
  const found = installed instanceof Map ? installed : await listParts(installed);
  const allowed = [...told.flatMap((name) => [name, `${name}/**`]), ...more];
  const { differences } = compareTrees(await listOnce(tree), found, allowed);
  if (differences.length > 0)
    throw new Error(
      `the installed tree differs from its image in ${differences.length} ways:\n${differences.slice(0, 30).join('\n')}`,
    );
}
