import { under } from '../../common/system/place.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import type { InitramfsMaker } from './maker.ts';

/** Red Hat's, SUSE's and others': dracut(8). `--no-hostonly` because the host in a chroot is not the one that will boot. */
export const dracut: InitramfsMaker = {
  name: 'dracut',
  isIn: async (tree) => (await tree.firstOf(['/usr/bin/dracut', '/usr/sbin/dracut', '/sbin/dracut'])) !== undefined,
  remake({ root, version, file, modules }) {
    const path = file ?? under('/boot', `initramfs-${version}.img`);
    const drivers = modules.length > 0 ? ['--add-drivers', modules.join(' ')] : [];
    return [
      {
        why: `Make the initramfs of kernel ${version} anew (this takes a while)`,
        kind: 'run',
        argv: ['dracut', '--force', '--no-hostonly', ...drivers, path, version],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [{ root, path }],
      },
    ];
  },
};
