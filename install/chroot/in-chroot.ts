import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** What programs of an image get in a chroot: nothing may wait for a udev that is not there. */
export const chrootEnv = { DM_DISABLE_UDEV: '1', DEBIAN_FRONTEND: 'noninteractive' };

/** Far more than any of them takes on the slowest machine; one that hangs must not hold up an installation for ever. */
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
 * Steps inside the target with /dev, /proc and /sys as they are here. /run is an empty tmpfs of its own, because lvm and
 * udevadm wait for a daemon whose socket they find there.
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
