import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { type InitramfsMaker, isThere } from './maker.ts';

/** Red Hat's, SUSE's, Void's and others': dracut(8). `--no-hostonly`, because another host than the chroot's will boot. */
export const dracut: InitramfsMaker<object> = {
  name: 'dracut',
  probe: (tree) => isThere(tree, ['/usr/bin/dracut', '/usr/sbin/dracut', '/sbin/dracut']),
  unifies: true,
  remake(_, { root, version, file, modules, unified }) {
    const drivers = modules.length > 0 ? ['--add-drivers', modules.map(({ name }) => name).join(' ')] : [];
    const whole = unified ? ['--uefi', '--kernel-cmdline', unified.commandLine] : [];
    return [
      {
        why: `Make the initramfs of kernel ${version} anew (this takes a while)`,
        kind: 'run',
        argv: ['dracut', '--force', '--no-hostonly', ...drivers, ...whole, file, version],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [{ root, path: file }],
      },
    ];
  },
};
