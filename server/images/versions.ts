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

/** All but the newest versions; UserError where there are none of that name. */
export function oldVersions(images: readonly string[], base: string, keep: number): string[] {
  const versions = versionsOf(images, base);
  if (versions.length === 0)
    throw new UserError(
      `there are no versions of ${JSON.stringify(base)}`,
      `They are images as ${base}_v1 and ${base}_v2; systemimager lsimage lists what is there.`,
    );
  return versions.slice(0, -keep);
}
