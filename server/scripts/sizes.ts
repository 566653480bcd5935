import type { Content, ImageFacts } from '../../common/model/image-facts.ts';
import { UserError } from '../../common/system/errors.ts';
import { bytesOn, filesystems, findFilesystem } from '../../install/filesystems/index.ts';

export const mib = 1024 ** 2;

/** Rounded up to whole MiB: partitions are aligned to that, and people can read it. */
export const toMib = (bytes: number) => Math.ceil(bytes / mib) * mib;

/** Room to work in, besides what the image holds. */
const spare = 1.15;

/** The least size of a filesystem of this type for so much content, in whole MiB. */
export function leastBytes(content: Content, type: string): number {
  const filesystem = findFilesystem(type);
  if (!filesystem)
    throw new UserError(
      `the image has a ${type} filesystem, which cannot be made`,
      `Known: ${filesystems.map((one) => one.name).join(', ')}. Change its mounted_filesystems and fstab, or write the script by hand.`,
    );
  return toMib(Math.max(bytesOn(filesystem, content) * spare, filesystem.minBytes));
}

/** What the image holds for a mount point that was asked for. */
export function contentOf(facts: ImageFacts, dir: string): Content {
  return facts.mounts.find((mount) => mount.dir === dir) ?? { bytes: 0, inodes: 0 };
}
