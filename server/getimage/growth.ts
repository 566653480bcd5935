import type { Io, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/**
 * How a new tree gets the files of the tree before: a plain copy, a copy that shares blocks (cp(1) --reflink), a snapshot of
 * a btrfs subvolume, which shares directories and inodes as well, or hard links that rsync makes while it compares.
 */
export type Growth = 'copy' | 'reflink' | 'snapshot' | 'hard links';

/** What the new tree begins with: the image as it is, or the version before it. */
export type Before = { image: string; at: AbsPath; by: Growth };

/** The inode of a subvolume's root directory, and of nothing else on btrfs. */
const subvolumeInode = '256';

/** True if directories in this folder can be btrfs subvolumes. */
export async function hasSubvolumes(io: ReadIo, folder: AbsPath): Promise<boolean> {
  const type = await io.run({ argv: ['stat', '--file-system', '--format=%T', '--', folder] });
  if (type.code !== 0 || type.stdout.trim() !== 'btrfs') return false;
  return (await io.run({ argv: ['btrfs', '--version'] })).code === 0;
}

/** True if files in this folder can share blocks. A trial tells, because this depends on how the filesystem was made. */
async function sharesBlocks(io: Io, folder: AbsPath): Promise<boolean> {
  const [from, to] = [under(folder, '.reflink.trial'), under(folder, '.reflink.copy')];
  await io.write(from, 'trial', { mode: 0o600 });
  const exit = await io.run({ argv: ['cp', '--reflink=always', '--', from, to] });
  await io.remove(from);
  await io.remove(to);
  return exit.code === 0;
}

/** The best way from a tree in this folder to another. A dry run tries nothing. */
export async function growthOf(io: Io, images: AbsPath, before: AbsPath, dryRun: boolean): Promise<Growth> {
  if (await hasSubvolumes(io, images)) {
    const inode = await io.run({ argv: ['stat', '--format=%i', '--', before] });
    if (inode.stdout.trim() === subvolumeInode) return 'snapshot';
  }
  return !dryRun && (await sharesBlocks(io, images)) ? 'reflink' : 'copy';
}

export type Growing = {
  image: string;
  growing: AbsPath;
  /** Undefined for the first capture. */
  before?: Before;
  /** The new tree is a subvolume, so that the next version can be a snapshot of it. */
  isSubvolume?: boolean;
  /** The capture continues an earlier attempt that was cut off. */
  resumes?: boolean;
  /** An earlier attempt may have left hard links to files of another image. */
  dropsLinks?: boolean;
};

/** Makes the tree that rsync is to fill, with all files that it can get from the tree before. */
export function planGrowth({ image, growing, before, isSubvolume, resumes, dropsLinks }: Growing): Step[] {
  const run = (why: string, ...argv: [string, ...string[]]): Step => ({ why, kind: 'run', argv });
  const begin = before && `Begin with the files that ${before.image} holds now`;
  const room = `Make room for ${image}`;
  if (begin && before.by === 'snapshot' && !resumes)
    return [run(begin, 'btrfs', 'subvolume', 'snapshot', before.at, growing)];
  const steps: Step[] = [];
  if (isSubvolume && !resumes) steps.push(run(room, 'btrfs', 'subvolume', 'create', growing));
  else steps.push({ why: room, kind: 'mkdir', at: here(growing), mode: 0o755 });
  // rsync would set owner, mode and times of a linked file, and so of the other image's file.
  if (dropsLinks)
    steps.push(
      run(
        'Drop the links of an earlier attempt: they are made anew',
        ...(['find', growing, '-xdev', '!', '-type', 'd', '-links', '+1', '-delete'] as const),
      ),
    );
  // rsync --copy-dest would do the same, but fill the holes of sparse files. --update: an earlier capture may have got further.
  if (begin && (before.by === 'copy' || before.by === 'reflink'))
    steps.push(
      run(
        begin,
        ...(['cp', '-a', '--reflink=auto', '--update', '--no-target-directory', '--', before.at, growing] as const),
      ),
    );
  return steps;
}
