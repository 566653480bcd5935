import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The environment of an image's programs in a chroot: no program may wait for udev, which does not run there. */
export const chrootEnv = { DM_DISABLE_UDEV: '1', DEBIAN_FRONTEND: 'noninteractive' };

/** Far more than any such program takes on the slowest machine; a program that hangs must not stop an installation for ever. */
export const chrootLimitMs = 30 * 60_000;

/** Mounts a directory of this machine at the same place below `root`. */
export function showDir(root: AbsPath, dir: AbsPath): Step {
  return {
    why: `Show ${dir} in ${root}`,
    kind: 'mount',
    source: dir,
    at: { root, path: dir },
    type: 'bind',
    options: [],
    lasts: 'group',
  };
}

/**
 * Steps inside the target with this machine's /dev, /proc and /sys. /run is an empty tmpfs, because lvm and udevadm wait
 * for a daemon if they find its socket in /run.
 */
export function inChroot(root: AbsPath, why: string, steps: Step[]): Step {
  const ownRun: Step = {
    why: `Give ${root} a /run of its own`,
    kind: 'mount',
    source: 'tmpfs',
    at: { root, path: '/run' },
    type: 'tmpfs',
    options: [],
    lasts: 'group',
  };
  return {
    why,
    kind: 'group',
    steps: [showDir(root, '/dev'), showDir(root, '/proc'), showDir(root, '/sys'), ownRun, ...steps],
  };
}
