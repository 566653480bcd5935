/** Hosts with the same output, as clush -b shows them: the hosts and the lines, in the order of the first host of each. */
export function gathered(
  outputs: ReadonlyMap<string, readonly string[]>,
): { hosts: string[]; lines: readonly string[] }[] {
  const groups = Map.groupBy(outputs, ([, lines]) => lines.join('\n'));
  return [...groups.values()].map((members) => ({
    hosts: members.map(([host]) => host),
    lines: members[0]?.[1] ?? [],
  }));
}
