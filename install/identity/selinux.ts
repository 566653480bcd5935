import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** True if SELinux guards the image: selinux_config(5), and a policy with the labels of files. */
export async function isGuarded(tree: Inside): Promise<boolean> {
  const config = (await tree.readText('/etc/selinux/config')) ?? '';
  const value = (name: string) => new RegExp(`^${name}=\\s*(\\w+)`, 'm').exec(config)?.[1];
  if (!['enforcing', 'permissive'].includes(value('SELINUX') ?? '')) return false;
  return tree.exists(`/etc/selinux/${value('SELINUXTYPE') ?? 'targeted'}/contexts/files/file_contexts`);
}

/** BOEL runs no SELinux, so its files have no label; the first start labels all files: selinux(8), fixfiles(8). */
export function askForLabels(root: AbsPath): Step {
  return {
    why: 'Have the first start label all files for SELinux',
    kind: 'write',
    at: { root, path: '/.autorelabel' },
    content: '',
    mode: 0o644,
  };
}
