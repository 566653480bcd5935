import type { Inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';
import type { Golden } from './golden.ts';

/** Where an installed machine keeps the files that were taken away, a folder for each time; no service reads there. */
const top: AbsPath = '/var/lib/systemimager/golden-network';

/** The first numbered folder that does not exist. */
export async function keepingFolder(tree: Inside): Promise<AbsPath> {
  for (let number = 1; ; number += 1) {
    const folder = under(top, String(number));
    if (!(await tree.lstat(folder))) return folder;
  }
}

/** Takes the golden client's configuration away and keeps a copy; `written` are files that later steps write whole. */
export function takeAway(
  goldens: readonly Golden[],
  keep: AbsPath,
  written: ReadonlySet<AbsPath>,
  root: AbsPath,
): Step[] {
  if (goldens.length === 0) return [];
  const folders = new Set(goldens.map(({ path }) => under(keep, path, '..')));
  return [
    ...[under(top, '..'), top].map((path): Step => ({ why: `Make ${path}`, kind: 'mkdir', at: { root, path } })),
    // Some files hold passwords, as those of wireless networks.
    { why: 'Make room for the golden client’s network files', kind: 'mkdir', at: { root, path: keep }, mode: 0o700 },
    ...[...folders].map((path): Step => ({ why: `Make ${path}`, kind: 'mkdir', at: { root, path } })),
    ...goldens.flatMap(({ path, left, mode }): Step[] => {
      const to = under(keep, path);
      const copy: Step = { why: `Keep ${path} as ${to}`, kind: 'copy', from: { root, path }, to: { root, path: to } };
      if (written.has(path)) return [copy];
      if (left === undefined)
        return [copy, { why: `Take the golden client’s ${path} away`, kind: 'remove', at: { root, path } }];
      const why = `Take the golden client’s part of ${path} away`;
      return [copy, { why, kind: 'write', at: { root, path }, content: left, mode }];
    }),
  ];
}
