/** True if a text fits a pattern of glob(7): *, ?, [a-b] and [!a]. To go back to the last * after a mismatch is enough. */
export function fnmatch(pattern: string, text: string): boolean {
  const plain = pattern.search(/[*?[]/);
  if (plain < 0) return pattern === text;
  if (!text.startsWith(pattern.slice(0, plain))) return false;
  const parts = pattern.slice(plain).match(/\[[^[\]]*\]|[^]/g) ?? [];
  let [at, part, starPart, starAt] = [plain, 0, -1, 0];
  while (at < text.length) {
    const now = parts[part];
    if (now === '*') [starPart, starAt, part] = [part, at, part + 1];
    else if (now !== undefined && fits(now, text.charAt(at))) [at, part] = [at + 1, part + 1];
    else if (starPart >= 0) [starAt, at, part] = [starAt + 1, starAt + 1, starPart + 1];
    else return false;
  }
  return parts.slice(part).every((one) => one === '*');
}

function fits(part: string, sign: string): boolean {
  if (part === '?' || part === sign) return true;
  if (part.length < 3) return false;
  const [, not = '', set = ''] = /^\[(!?)(.*)\]$/s.exec(part) ?? [];
  const isIn = [...set.matchAll(/(.)-(.)|(.)/gs)].some(([, first, last, one]) =>
    first !== undefined && last !== undefined ? first <= sign && sign <= last : one === sign,
  );
  return isIn === (not === '');
}
