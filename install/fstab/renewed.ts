/** UUIDs of the golden client that this machine replaces: old → new, each in the notation of its kind. */
export type Renewed = Record<string, string>;

const isArray = (uuid: string) => /^([0-9a-f]{8}:){3}[0-9a-f]{8}$/i.test(uuid);

/** All notations of a UUID: an array's UUID may also have dashes (blkid(8)) or be bare digits (grub's mduuid/). */
function notations(uuid: string): string[] {
  if (!isArray(uuid)) return [uuid];
  const digits = uuid.replaceAll(':', '');
  return [uuid, digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), digits];
}

/** Old → new for all notations, in small letters. */
function allNotations(renewed: Renewed): Map<string, string> {
  return new Map(
    Object.entries(renewed).flatMap(([old, fresh]) => {
      const others = notations(fresh);
      return notations(old).map((one, at) => [one.toLowerCase(), (others[at] ?? fresh).toLowerCase()] as const);
    }),
  );
}

/** The text with each old UUID replaced by the new UUID, in upper or lower case like the old one. The length stays. */
export function renewText(text: string, renewed: Renewed): string {
  const all = allNotations(renewed);
  if (all.size === 0) return text;
  const pattern = new RegExp(
    `(?<![0-9a-z])(?:${[...all.keys()].map((one) => RegExp.escape(one)).join('|')})(?![0-9a-z])`,
    'gi',
  );
  return text.replace(pattern, (old) => {
    const fresh = all.get(old.toLowerCase()) ?? old;
    return old === old.toLowerCase() ? fresh : fresh.toUpperCase();
  });
}

/** The first old UUID that a text or a file's name holds; systemd and dracut write a dash in names as \x2d. */
export function oldUuidIn(text: string, renewed: Renewed): string | undefined {
  const plain = text.replaceAll('\\x2d', '-').toLowerCase();
  return [...allNotations(renewed).keys()].find((old) => plain.includes(old));
}
