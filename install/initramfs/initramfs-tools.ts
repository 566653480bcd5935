import { under } from '../../common/system/place.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { type InitramfsMaker, isThere } from './maker.ts';

/** This file is read last, so that it wins over MODULES=dep, which would look at the disks as they are in the chroot. */
const config = '/etc/initramfs-tools/conf.d/zz-systemimager';
const hook = '/etc/initramfs-tools/hooks/zz-systemimager';

/** Debian's and Ubuntu's: initramfs-tools(7). Our settings are removed again, so that later updates follow the image's own. */
export const initramfsTools: InitramfsMaker<object> = {
  name: 'update-initramfs',
  probe: (tree) => isThere(tree, ['/usr/sbin/update-initramfs', '/sbin/update-initramfs']),
  remake(_, { root, version, file, isNew, modules }) {
    const hookText = [
      '#!/bin/sh',
      '[ "$1" = prereqs ] && exit 0',
      '. /usr/share/initramfs-tools/hook-functions',
      `manual_add_modules ${modules.map(({ name }) => name).join(' ')}`,
      '',
    ].join('\n');
    const own = under('/boot', `initrd.img-${version}`);
    return [
      { why: 'Ask for all drivers', kind: 'write', at: { root, path: config }, content: 'MODULES=most\n', mode: 0o644 },
      { why: 'Ask for the missing drivers', kind: 'write', at: { root, path: hook }, content: hookText, mode: 0o755 },
      {
        why: `Make the initramfs of kernel ${version} anew (this takes a while)`,
        kind: 'run',
        argv: ['update-initramfs', isNew ? '-c' : '-u', '-k', version],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [
          { root, path: own },
          { root, path: '/var/lib/initramfs-tools' },
        ],
      },
      ...(file === own
        ? []
        : [
            {
              why: `Copy the initramfs to ${file}`,
              kind: 'copy' as const,
              from: { root, path: own },
              to: { root, path: file },
            },
          ]),
      { why: 'Withdraw the request for all drivers', kind: 'remove', at: { root, path: config } },
      { why: 'Withdraw the request for the missing drivers', kind: 'remove', at: { root, path: hook } },
    ];
  },
};
