import path from 'node:path';
import type { Entry, Listing } from './listing.ts';

/** What may differ: a path below the tree's root, without slash in front. One that ends in `/**` means all below it, too. */
export type Allowed = readonly string[];

export type Comparison = {
  /** One line for each difference that is not allowed. */
  differences: string[];
  /** Paths of the list of allowed ones that were needed; the others say too much. */
  used: Set<string>;
};

/** A filesystem may need some blocks for what a sparse file really holds; a file of this size that grew more is no longer sparse. */
const sparseSlackBytes = 1024 * 1024;

/** Compares an installed tree with its image: nothing lost, nothing extra, nothing changed. */
export function compareTrees(image: Listing, installed: Listing, allowed: Allowed): Comparison {
  const used = new Set<string>();
  const differences: string[] = [];
  const parents = new Set(allowed.map(parentOf));
  const report = (name: string, what: string) => {
    // Whoever writes a file by renaming a new one into its place changes the time of the folder.
    if (parents.has(name) && what.startsWith('time was')) return;
    const rule = allowed.find((one) => allows(one, name));
    if (rule) used.add(rule);
    else differences.push(`${JSON.stringify(name)}: ${what}`);
  };
  for (const [name, before] of image) {
    const after = installed.get(name);
    if (!after) report(name, 'is missing');
    else for (const what of differencesOf(before, after)) report(name, what);
  }
  for (const [name] of installed) if (!image.has(name)) report(name, 'is not in the image');
  const linksAfter = linkGroups(installed);
  for (const [name, group] of linkGroups(image)) {
    const now = linksAfter.get(name) ?? name;
    if (group !== now)
      report(name, `was one file with ${JSON.stringify(group)}, is now one with ${JSON.stringify(now)}`);
  }
  return { differences, used };
}

function allows(rule: string, name: string): boolean {
  return rule.endsWith('/**') ? name === rule.slice(0, -3) || name.startsWith(rule.slice(0, -2)) : rule === name;
}

const parentOf = (rule: string) => path.posix.dirname(rule.replace(/\/\*\*$/, '')).replace(/^\.$/, '');

function differencesOf(before: Entry, after: Entry): string[] {
  const found: string[] = [];
  const same = (key: 'type' | 'mode' | 'owner' | 'target' | 'device' | 'sha256') => {
    if (before[key] !== after[key]) found.push(`${key} was ${before[key] || 'none'}, is ${after[key] || 'none'}`);
  };
  same('type');
  if (before.type !== after.type) return found;
  if (before.type !== 'l') same('mode');
  same('owner');
  same('target');
  same('device');
  same('sha256');
  if (Number(before.mtime) !== Number(after.mtime)) found.push(`time was ${before.mtime}, is ${after.mtime}`);
  if (before.type === 'f') {
    if (before.sizeBytes !== after.sizeBytes) found.push(`size was ${before.sizeBytes}, is ${after.sizeBytes}`);
    if (after.allocatedBytes > before.allocatedBytes + sparseSlackBytes)
      found.push(`took ${before.allocatedBytes} bytes of disk, takes ${after.allocatedBytes}: it is no longer sparse`);
  }
  const [was, is] = [before.attributes.join(' '), after.attributes.join(' ')];
  if (was !== is) found.push(`attributes were ${was || 'none'}, are ${is || 'none'}`);
  return found;
}

/** For each name of a file with several: the first name of the same file. */
function linkGroups(listing: Listing): Map<string, string> {
  const first = new Map<string, string>();
  const groups = new Map<string, string>();
  for (const [name, entry] of [...listing].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (entry.nlink < 2 || entry.type === 'd') continue;
    if (!first.has(entry.identity)) first.set(entry.identity, name);
    groups.set(name, first.get(entry.identity) ?? name);
  }
  return groups;
}
