import { UserError } from '../../common/system/errors.ts';

/**
 * The versions of an image, the oldest first: BASE_v1, BASE_v2 …, else BASE1, BASE2 …, as getimage names the next one.
 * BASE alone and BASE_v1.old are other images.
 */
export function versionsOf(images: readonly string[], base: string): string[] {
  for (const between of ['_v', '']) {
    const pattern = new RegExp(`^${RegExp.escape(base + between)}(\\d+)$`);
    const number = (name: string) => Number(pattern.exec(name)?.[1]);
    const found = images.filter((name) => pattern.test(name));
    if (found.length > 0) return found.sort((a, b) => number(a) - number(b));
  }
  return [];
}

/** web_v1 → web_v2; web → web_v2. */
export function nextVersion(image: string): string {
  const [, base = image, number] = numbered.exec(image) ?? [];
  return number === undefined ? `${image}_v2` : `${base}${String(Number(number) + 1).padStart(number.length, '0')}`;
}

const numbered = /^(.*?[^0-9])(\d+)$/;

/** The newest of the versions before this image, by name; undefined if there is none. `web` comes before web_v1. */
export function earlierVersion(images: readonly string[], image: string): string | undefined {
  const parts = (name: string) => {
    const [, base = `${name}_v`, number = '0'] = numbered.exec(name) ?? [];
    return { name, base, number: Number(number) };
  };
  const { base, number } = parts(image);
  return images
    .map(parts)
    .filter((one) => one.base === base && one.number < number)
    .sort((a, b) => b.number - a.number)[0]?.name;
}

/** All but the `keep` newest versions; UserError if there are no versions of that name. */
export function oldVersions(images: readonly string[], base: string, keep: number): string[] {
  const versions = versionsOf(images, base);
  if (versions.length === 0)
    throw new UserError(
      `there are no versions of ${JSON.stringify(base)}`,
      `Versions are images as ${base}_v1 and ${base}_v2; systemimager lsimage lists what is there.`,
    );
  return versions.slice(0, -keep);
}
