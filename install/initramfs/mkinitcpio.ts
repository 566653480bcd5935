import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { type InitramfsMaker, isThere } from './maker.ts';

const config = '/etc/mkinitcpio-systemimager.conf';

/**
 * Arch’s: mkinitcpio(8). Without `autodetect`, which would keep only what BOEL has loaded. Its configurations are bash; ours reads
 * the image's and adds to it for this once.
 */
export const mkinitcpio: InitramfsMaker<object> = {
  name: 'mkinitcpio',
  probe: (tree) => isThere(tree, ['/usr/bin/mkinitcpio', '/usr/sbin/mkinitcpio']),
  remake(_, { root, version, file, modules }) {
    const content = [
      '. /etc/mkinitcpio.conf',
      'for one in /etc/mkinitcpio.conf.d/*.conf; do [ ! -r "$one" ] || . "$one"; done',
      `MODULES+=(${modules.map(({ name }) => name).join(' ')})`,
      '',
    ].join('\n');
    return [
      { why: 'Ask for the drivers missed', kind: 'write', at: { root, path: config }, content, mode: 0o644 },
      {
        why: `Make the initramfs of kernel ${version} anew (this takes a while)`,
        kind: 'run',
        argv: ['mkinitcpio', '-c', config, '-S', 'autodetect', '-k', version, '-g', file],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [{ root, path: file }],
      },
      { why: 'Take the question back', kind: 'remove', at: { root, path: config } },
    ];
  },
};
