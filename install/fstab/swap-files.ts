import type { Target } from '../../common/model/target.ts';
import { type AbsPath, here, type Place } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

const blockBytes = 1024 ** 2;

/** The type of the filesystem that holds a path of the installed system. */
function typeAt(path: string, mounts: Target['mounts']): string | undefined {
  return mounts
    .filter(({ dir, device }) => device !== undefined && (dir === '/' || path.startsWith(`${dir}/`)))
    .toSorted((a, b) => b.dir.length - a.dir.length)[0]?.type;
}

/**
 * Makes the swap files of the layout inside `root`, by the image's own programs: written out whole, because swapon(8) refuses
 * holes, and on btrfs without copy-on-write (btrfs(5), SWAPFILE SUPPORT). An image never contains swap files.
 */
export function planSwapFiles({ swapFiles, mounts }: Pick<Target, 'swapFiles' | 'mounts'>, root: AbsPath): Step[] {
  return swapFiles.flatMap(({ path, sizeBytes }): Step[] => {
    const at: Place = { root, path };
    const inside = (why: string, argv: [string, ...string[]], more: { stdin?: Place } = {}): Step => {
      return { why, kind: 'run', argv, chroot: root, writes: [at], ...more };
    };
    const noCow = inside(`Let ${path} be written in place`, ['chattr', '+C', path]);
    const count = ['bs=1M', `count=${Math.ceil(sizeBytes / blockBytes)}`, 'iflag=fullblock', 'conv=notrunc,fsync'];
    return [
      { why: `Begin the swap file ${path}`, kind: 'write', at, content: '', mode: 0o600 },
      ...(typeAt(path, mounts) === 'btrfs' ? [noCow] : []),
      inside(`Write ${path} out`, ['dd', `of=${path}`, ...count], { stdin: here('/dev/zero') }),
      inside(`Make ${path} a swap area`, ['mkswap', path]),
    ];
  });
}
