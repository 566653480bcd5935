import { chrootLimitMs } from '../chroot/in-chroot.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The kinds that `ssh-keygen -A` makes: ssh-keygen(1). Which of them depends on the image's version. */
const kinds = ['dsa', 'rsa', 'ecdsa', 'ed25519'];

/** Makes new host keys with the image's own ssh-keygen. The old ones must be gone: it makes only those that are missing. */
export function newSshHostKeys(root: AbsPath): Step {
  return {
    why: 'Make its own ssh host keys',
    kind: 'run',
    argv: ['ssh-keygen', '-A'],
    chroot: root,
    limitMs: chrootLimitMs,
    writes: kinds.flatMap((kind) => [
      { root, path: `/etc/ssh/ssh_host_${kind}_key` as const },
      { root, path: `/etc/ssh/ssh_host_${kind}_key.pub` as const },
    ]),
  };
}
