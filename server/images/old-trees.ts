import { inside } from '../../common/system/inside.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/**
 * Names of trees that are no image: a tree that grows, the copy that gives a sealed image files of its own, a complete tree that
 * is about to be the image, and a tree that a newer one has replaced. The dot keeps these trees from being served.
 */
export const growingName = (image: string) => `.${image}.new`;
export const copyName = (image: string) => `.${image}.own`;
export const readyName = (image: string) => `.${image}.ready`;
export const oldName = (image: string, at: Date) => `.${image}.old-${at.toISOString().replaceAll(/[^0-9]/g, '')}`;

/** The image and the kind of an unfinished tree, by its name; undefined for any other name. */
export function unfinished(name: string): { image: string; as: 'new' | 'own' | 'ready' } | undefined {
  const [, image, as] = /^\.(.+)\.(new|own|ready)$/.exec(name) ?? [];
  return image === undefined ? undefined : { image, as: as as 'new' | 'own' | 'ready' };
}

const isOld = (name: string) => /^\..+\.old-\d+$/.test(name);

/** Old trees that nobody reads any more: a session of the rsync daemon stands in its tree (chroot(2)) until it ends. */
export async function unreadTrees(io: Io, images: AbsPath): Promise<AbsPath[]> {
  // The kernel tells real paths, and images/ may be a link to another disk.
  const real = await inside(io, '/').real(images);
  const old = ((await io.list(real)) ?? []).filter(isOld).map((name) => under(real, name));
  if (old.length === 0) return [];
  const places = new Set<string>();
  for (const pid of ((await io.list('/proc')) ?? []).filter((name) => /^\d+$/.test(name)))
    for (const link of ['root', 'cwd'] as const) {
      // A process may end while it is looked at.
      const place = await io.readLink(under('/proc', pid, link)).catch(() => undefined);
      if (place !== undefined) places.add(place);
    }
  return old.filter((tree) => ![...places].some((place) => place === tree || place.startsWith(`${tree}/`)));
}

/** Removes the trees that nobody reads any more. */
export async function planSweep(io: Io, images: AbsPath): Promise<Step[]> {
  return (await unreadTrees(io, images)).map((tree) => planDrop(`Remove ${tree}, which nobody reads any more`, tree));
}

/** Removes a tree by rm(1): it may hold names that are no text. */
export function planDrop(why: string, tree: AbsPath): Step {
  return { why, kind: 'run', argv: ['rm', '-rf', '--one-file-system', '--', tree] };
}
