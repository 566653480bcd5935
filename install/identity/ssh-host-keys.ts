import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { chrootLimitMs } from '../chroot/in-chroot.ts';

/** The kinds that `ssh-keygen -A` makes: ssh-keygen(1). Which of them depends on the image's version. */
const kinds = ['dsa', 'rsa', 'ecdsa', 'ed25519'];
const usual = /^\/etc\/ssh\/ssh_host_(\w+_)?key(\.pub)?$/;

/** A host key at another path than the paths of `ssh-keygen -A`: sshd_config(5), HostKey, and dropbear(8). */
export type OddKey = { path: AbsPath; kind: string; maker: 'ssh-keygen' | 'dropbearkey' };

/** Finds the odd host keys whose kind and maker are known. */
export async function oddHostKeys(tree: Inside): Promise<OddKey[]> {
  const found: OddKey[] = [];
  const configs: AbsPath[] = ['/etc/ssh/sshd_config'];
  for (const name of (await tree.list('/etc/ssh/sshd_config.d')) ?? []) configs.push(`/etc/ssh/sshd_config.d/${name}`);
  for (const config of configs)
    for (const [, at = ''] of ((await tree.readText(config)) ?? '').matchAll(/^[ \t]*HostKey[ \t]+"?(\/[^\s"]+)/gim)) {
      const path = absPath(at);
      const kind = /^(?:ssh-)?(rsa|ed25519|ecdsa)\b/.exec((await tree.readText(`${path}.pub`)) ?? '')?.[1];
      if (kind && !usual.test(path) && (await tree.exists(path))) found.push({ path, kind, maker: 'ssh-keygen' });
    }
  if (!(await tree.firstOf(['/usr/bin/dropbearkey', '/bin/dropbearkey', '/usr/sbin/dropbearkey']))) return found;
  for (const name of (await tree.list('/etc/dropbear')) ?? []) {
    const kind = /^dropbear_(rsa|ecdsa|ed25519)_host_key$/.exec(name)?.[1];
    if (kind) found.push({ path: under('/etc/dropbear', name), kind, maker: 'dropbearkey' });
  }
  return found;
}

/** Makes new host keys with the image's own programs. The old keys must be gone: the programs make only missing keys. */
export function newHostKeys(root: AbsPath, hasKeygen: boolean, odd: readonly OddKey[]): Step[] {
  const usualKeys: Step = {
    why: 'Make the machine’s own ssh host keys',
    kind: 'run',
    argv: ['ssh-keygen', '-A'],
    chroot: root,
    limitMs: chrootLimitMs,
    writes: kinds.flatMap((kind) => [
      { root, path: `/etc/ssh/ssh_host_${kind}_key` as const },
      { root, path: `/etc/ssh/ssh_host_${kind}_key.pub` as const },
    ]),
  };
  return [
    ...(hasKeygen ? [usualKeys] : []),
    ...odd.map(
      ({ path, kind, maker }): Step => ({
        why: `Make a new ${path} for this machine`,
        kind: 'run',
        argv: [maker, '-t', kind, ...(maker === 'ssh-keygen' ? ['-q', '-N', ''] : []), '-f', path],
        chroot: root,
        limitMs: chrootLimitMs,
        writes: [
          { root, path },
          { root, path: `${path}.pub` },
        ],
      }),
    ),
  ];
}
