import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';

const configs: AbsPath[] = [
  '/boot/extlinux/extlinux.conf',
  '/boot/extlinux.conf',
  '/boot/syslinux/extlinux.conf',
  '/boot/syslinux/syslinux.cfg',
  '/boot/syslinux.cfg',
];

/** The configuration of extlinux; undefined if the image lacks it, or lacks the program (u-boot reads such a file, too). */
export async function extlinuxConfig(tree: Inside): Promise<AbsPath | undefined> {
  const program = await tree.firstOf(['/sbin/extlinux', '/usr/sbin/extlinux', '/usr/bin/extlinux']);
  return program && tree.firstOf(configs);
}
