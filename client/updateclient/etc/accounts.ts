/** The files of users and groups, and where each has its number; shadow(5) and gshadow(5) have none. */
export const accountFiles = {
  'etc/passwd': { number: 2, what: 'user' },
  'etc/shadow': { what: 'user' },
  'etc/group': { number: 2, what: 'group', members: [3] },
  'etc/gshadow': { what: 'group', members: [2, 3] },
  'etc/subuid': { what: 'user' },
  'etc/subgid': { what: 'user' },
} as const satisfies Record<string, { number?: number; what: string; members?: readonly number[] }>;
export type AccountFile = keyof typeof accountFiles;

/** Lines by name, in their order; NIS lines and comments count as names of their own. */
function linesOf(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const name = /^[^+#:-][^:]*/.exec(line)?.[0] ?? line;
    if (line !== '' && !lines.has(name)) lines.set(name, line);
  }
  return lines;
}

/** A number that means one name here and another in the image, or a name with two numbers. */
export type NumberConflict = { what: string; number: string; here: string; image: string };

/** The conflicts of passwd(5) or group(5) here and in the image. */
export function numberConflicts(
  file: AccountFile,
  here: string,
  image: string,
  base: string | undefined,
): NumberConflict[] {
  const { what, ...more } = accountFiles[file];
  const place = 'number' in more ? more.number : undefined;
  if (place === undefined) return [];
  const numbers = (text: string) =>
    [...linesOf(text)].flatMap(([name, line]) => {
      const number = line.split(':')[place];
      return number !== undefined && /^\d+$/.test(number) ? [{ name, number }] : [];
    });
  const [ours, theirs] = [numbers(here), numbers(image)];
  const [lines, before] = [linesOf(here), linesOf(base ?? '')];
  // The image has dropped the name, and so does the machine.
  const goes = (name: string) => before.has(name) && before.get(name) === lines.get(name);
  const found: NumberConflict[] = [];
  for (const mine of ours) {
    const named = theirs.find(({ name }) => name === mine.name);
    if (named && named.number !== mine.number)
      found.push({ what, number: `${mine.number} / ${named.number}`, here: mine.name, image: mine.name });
    // Two names may share a number on purpose (toor), in the image, too.
    const same = theirs.filter(({ number }) => number === mine.number);
    const other = same[0];
    if (
      other &&
      !named &&
      !goes(mine.name) &&
      !same.some(({ name }) => ours.some((one) => one.name === name && one.number === mine.number))
    )
      found.push({ what, number: mine.number, here: mine.name, image: other.name });
  }
  return found;
}

/**
 * Merges one of the files by name. Without `base`, the lines of the image’s last version, a line that differs stays as it is here.
 * Members of groups are merged one by one. Gives the image’s own text if nothing is special here.
 */
export function mergeAccounts(file: AccountFile, here: string, image: string, base: string | undefined): string {
  const [ours, theirs] = [linesOf(here), linesOf(image)];
  const before = base === undefined ? undefined : linesOf(base);
  const merged = new Map<string, string>();
  for (const [name, line] of ours) {
    const [their, was] = [theirs.get(name), before?.get(name)];
    if (their === undefined) {
      // A name that the image has dropped goes, if nobody changed it here.
      if (was === undefined || was !== line) merged.set(name, line);
    } else merged.set(name, mergeLine(file, line, their, was));
  }
  // A name that was removed here stays removed.
  for (const [name, line] of theirs) if (!ours.has(name) && !(before?.has(name) ?? false)) merged.set(name, line);
  const lines = [...merged.values()];
  const isImages = merged.size === theirs.size && lines.every((line) => theirs.get(nameIn(line)) === line);
  return isImages ? image : `${lines.join('\n')}\n`;
}

const nameIn = (line: string) => [...linesOf(line).keys()][0] ?? '';

function mergeLine(file: AccountFile, ours: string, theirs: string, was: string | undefined): string {
  if (ours === theirs || was === ours) return theirs;
  if (was === theirs) return ours;
  const settings = accountFiles[file];
  if (!('members' in settings)) return ours;
  const [mine, other, old] = [ours.split(':'), theirs.split(':'), was?.split(':')];
  const list = (text: string | undefined) => (text ?? '').split(',').filter(Boolean);
  const places: readonly number[] = settings.members;
  return mine
    .map((field, at) => {
      if (!places.includes(at)) return field;
      const dropped = list(old?.[at]).filter((name) => !list(other[at]).includes(name) || !list(field).includes(name));
      return [...new Set([...list(field), ...list(other[at])])].filter((name) => !dropped.includes(name)).join(',');
    })
    .join(':');
}
