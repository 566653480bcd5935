import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The names of grub's programs and of grub's folder in the image's distribution. */
export type GrubNames = {
  install: string;
  mkconfig: string | undefined;
  folder: AbsPath;
  /** Red Hat's grub2-install refuses UEFI, because the signed loader comes as a file in a package. */
  refusesUefi: boolean;
};

/** Debian, Arch and Gentoo say grub-install and /boot/grub; Red Hat and SUSE grub2-install and /boot/grub2. */
export async function grubNames(tree: Inside): Promise<GrubNames | undefined> {
  for (const prefix of ['grub', 'grub2']) {
    // This is the shell of GRUB 0.97, whose grub-install lacks these options.
    if (prefix === 'grub' && (await tree.firstOf(['/sbin/grub', '/usr/sbin/grub']))) continue;
    if (!(await tree.firstOf([`/usr/sbin/${prefix}-install`, `/sbin/${prefix}-install`, `/usr/bin/${prefix}-install`])))
      continue;
    const mkconfig = `${prefix}-mkconfig`;
    const has = await tree.firstOf([`/usr/sbin/${mkconfig}`, `/sbin/${mkconfig}`, `/usr/bin/${mkconfig}`]);
    return {
      install: `${prefix}-install`,
      mkconfig: has && mkconfig,
      folder: `/boot/${prefix}`,
      refusesUefi:
        prefix === 'grub2' && (await tree.firstOf(['/etc/redhat-release', '/etc/system-release'])) !== undefined,
    };
  }
  return undefined;
}

/** True if the image has grub's programs and a menu that they wrote: such an image starts by grub, even beside other loaders. */
export async function startsByGrub(tree: Inside): Promise<boolean> {
  const names = await grubNames(tree);
  return names !== undefined && (await tree.exists(`${names.folder}/grub.cfg`));
}
