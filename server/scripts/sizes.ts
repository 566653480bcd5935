import type { Content, ImageFacts } from '../../common/model/image-facts.ts';
import { bytesOn, filesystemOf } from '../../install/filesystems/index.ts';

export const mib = 1024 ** 2;

/** Rounded up to whole MiB: partitions are aligned to that, and people can read it. */
export const toMib = (bytes: number) => Math.ceil(bytes / mib) * mib;

/** Room to work in, besides what the image holds. */
const spare = 1.15;

/** The least size of a filesystem of this type for so much content, in whole MiB. */
export function leastBytes(content: Content, type: string): number {
  const filesystem = filesystemOf(type);
  return toMib(Math.max(bytesOn(filesystem, content) * spare, filesystem.minBytes));
}

/** What the image holds below these mount points together. */
export function contentOf(facts: ImageFacts, dirs: readonly string[]): Required<Content> {
  const content = facts.mounts.filter((mount) => dirs.includes(mount.dir));
  const sum = (key: keyof Content) => content.reduce((total, mount) => total + (mount[key] ?? 0), 0);
  return { bytes: sum('bytes'), holeBytes: sum('holeBytes'), inodes: sum('inodes') };
}
