import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour, NetworkWish } from './flavour.ts';
import { networkFlavours, networkSources } from './index.ts';
import { networkRemarks } from './remarks.ts';
import type { Golden } from './shared/golden.ts';
import { keepingFolder, takeAway } from './shared/take-away.ts';

/** The flavour that writes this machine's configuration, and all files of the image on the golden client's network. */
export type NetworkFacts = {
  writer: { flavour: NetworkFlavour; facts: unknown } | undefined;
  goldens: Golden[];
  keep: AbsPath;
  /** Remarks on files that stay. */
  remarks: string[];
};

/** Looks into every source: a service that we do not configure could give the golden client's address as well. */
export async function probeNetwork(tree: Inside): Promise<NetworkFacts> {
  let writer: NetworkFacts['writer'];
  for (const flavour of networkFlavours) {
    const facts = await flavour.probe(tree);
    if (facts === undefined) continue;
    writer = { flavour, facts };
    break;
  }
  const goldens = new Map<AbsPath, Golden>();
  for (const source of networkSources)
    for (const golden of await source.find(tree, source === writer?.flavour)) goldens.set(golden.path, golden);
  const found = [...goldens.values()];
  return { writer, goldens: found, keep: await keepingFolder(tree), remarks: await networkRemarks(tree, found) };
}

/** Takes the golden client's configuration away, and writes one flavour's. `also` makes further changes in texts that stay. */
export function planNetwork(
  { writer, goldens, keep }: NetworkFacts,
  wish: NetworkWish,
  root: AbsPath,
  also: (path: AbsPath, text: string) => string = (_, text) => text,
): Step[] {
  const steps = writer?.flavour.write(writer.facts, wish, root) ?? [];
  const written = new Set(steps.flatMap((step) => (step.kind === 'write' ? [step.at.path] : [])));
  const taken = goldens.map(({ left, ...golden }) =>
    left === undefined ? golden : { ...golden, left: also(golden.path, left) },
  );
  return [...takeAway(taken, keep, written, root), ...steps];
}

/** The files that are taken away and the remarks, as lines for people. */
export function sayNetwork({ goldens, keep, remarks }: NetworkFacts): string[] {
  if (goldens.length === 0) return remarks;
  return [
    `The golden client’s network configuration is taken away and kept in ${keep}:`,
    ...goldens.map(({ path, left }) => `  ${path}${left === undefined ? '' : ' (in part)'}`),
    ...remarks,
  ];
}
