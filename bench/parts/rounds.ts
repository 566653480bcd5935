/** Runs each of `names` once a round, forwards and backwards in turn, so that a slow moment of the machine hits all alike. */
export async function inRounds<N extends string>(
  names: readonly N[],
  rounds: number,
  measure: (name: N) => Promise<number>,
): Promise<Record<N, number[]>> {
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<N, number[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const name of round % 2 === 0 ? names : names.toReversed()) figures[name].push(await measure(name));
  return figures;
}

/** The middle of the sorted figures; of an even number the lower one of the two. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor((figures.length - 1) / 2)] ?? Number.NaN;
}

/** The median of what each round's figure is to the other's of the same round. */
export function medianRatio(figures: readonly number[], others: readonly number[]): number {
  return median(figures.map((figure, round) => figure / (others[round] ?? Number.NaN)));
}
