import type { Step } from '../../common/system/step.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { type InitramfsMaker, isThere } from './maker.ts';

const config = '/etc/mkinitcpio-systemimager.conf';
const commandLine = '/etc/mkinitcpio-systemimager.cmdline';

/**
 * Arch’s: mkinitcpio(8). Without `autodetect`, which would keep only the modules that BOEL has loaded. A configuration of
 * mkinitcpio is bash; ours reads the image's configuration and adds modules, for this one run.
 */
export const mkinitcpio: InitramfsMaker<object> = {
  name: 'mkinitcpio',
  probe: (tree) => isThere(tree, ['/usr/bin/mkinitcpio', '/usr/sbin/mkinitcpio']),
  unifies: true,
  remake(_, { root, version, file, modules, unified }) {
    const content = [
      '. /etc/mkinitcpio.conf',
      'for one in /etc/mkinitcpio.conf.d/*.conf; do [ ! -r "$one" ] || . "$one"; done',
      `MODULES+=(${modules.map(({ name }) => name).join(' ')})`,
      '',
    ].join('\n');
    const at = { root, path: commandLine } as const;
    const words: Step[] = unified
      ? [
          {
            why: 'Tell the initramfs maker the command line',
            kind: 'write',
            at,
            content: `${unified.commandLine}\n`,
            mode: 0o644,
          },
        ]
      : [];
    const output = unified ? ['--cmdline', commandLine, '-U', file] : ['-g', file];
    return [
      ...words,
      { why: 'Ask for the missing drivers', kind: 'write', at: { root, path: config }, content, mode: 0o644 },
      {
        why: `Make the initramfs of kernel ${version} anew (this takes a while)`,
        kind: 'run',
        argv: ['mkinitcpio', '-c', config, '-S', 'autodetect', '-k', version, ...output],
        chroot: root,
        env: chrootEnv,
        limitMs: chrootLimitMs,
        writes: [{ root, path: file }],
      },
      { why: 'Withdraw the request for the missing drivers', kind: 'remove', at: { root, path: config } },
      ...words.map((): Step => ({ why: 'and the command line', kind: 'remove', at })),
    ];
  },
};
