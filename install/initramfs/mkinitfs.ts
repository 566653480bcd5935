import type { Step } from '../../common/system/step.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import type { InitramfsMaker } from './maker.ts';

const config = '/etc/mkinitfs/mkinitfs.conf';
const feature = '/etc/mkinitfs/features.d/systemimager.modules';
const own = 'features="$features systemimager"';

/** Alpine's: mkinitfs(1) does not look at the machine, so our additions stay: a later kernel needs these drivers, too. */
export const mkinitfs: InitramfsMaker<{ config: string }> = {
  name: 'mkinitfs',
  async probe(tree) {
    if (!(await tree.firstOf(['/sbin/mkinitfs', '/usr/sbin/mkinitfs']))) return undefined;
    return {
      config: (await tree.readText(config)) ?? 'features="ata base ext4 keymap kms mmc nvme scsi usb virtio"\n',
    };
  },
  remake(facts, { root, version, file, modules }) {
    const paths = modules.flatMap(({ path }) => path?.replace(/\.ko(\.\w+)?$/, '.ko*') ?? []);
    const text = facts.config.includes(own) ? facts.config : `${facts.config.trimEnd()}\n${own}\n`;
    const write = (why: string, path: `/${string}`, content: string): Step => {
      return { why, kind: 'write', at: { root, path }, content, mode: 0o644 };
    };
    return [
      ...(paths.length > 0
        ? [
            {
              why: 'Make room for features',
              kind: 'mkdir' as const,
              at: { root, path: '/etc/mkinitfs/features.d' as const },
            },
            write('List the missing drivers', feature, `${paths.join('\n')}\n`),
            write('Ask for the missing drivers', config, text),
          ]
        : []),
      {
        why: `Make the initramfs of kernel ${version} anew`,
        kind: 'run',
        argv: ['mkinitfs', '-o', file, version],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [{ root, path: file }],
      },
    ];
  },
};
