import type { ImageFacts } from '../../common/model/image-facts.ts';
import type { State } from '../../common/model/state.ts';
import type { Inside } from '../../common/system/inside.ts';
import { bootKernels } from '../initramfs/kernels.ts';
import { extlinuxFolder } from './extlinux.ts';
import { grubNames } from './grub-names.ts';
import { bootloaders } from './index.ts';
import { systemdBootFiles } from './systemd-boot.ts';

type CannotStart = NonNullable<ImageFacts['cannotStart']>;

/** Where an EFI system partition may be mounted, seen without a layout. */
const anywhere: Pick<State, 'mounts'> = {
  mounts: ['/', '/boot', '/efi', '/boot/efi'].map((dir) => ({
    spec: '',
    node: '/dev/null',
    dir,
    type: dir === '/' ? '' : 'vfat',
    options: '',
    freq: 0,
    passno: 0,
  })),
};

/** Looks at an image as `boot` will, while no disk is touched yet. */
export async function cannotStart(tree: Inside): Promise<CannotStart> {
  const kernels = await bootKernels(tree, anywhere);
  if (kernels.length === 0) return both('has no kernel in /boot, and no entry of a boot loader names one');
  if (await grubNames(tree)) return {};
  const isSystemdBoot = (await systemdBootFiles(tree, anywhere)).length > 0;
  const isExtlinux = (await extlinuxFolder(tree)) !== undefined;
  if (!isSystemdBoot && !isExtlinux) {
    const names = bootloaders.map((one) => one.name).join(', ');
    return both(`has no boot loader that is known here (${names})`);
  }
  return {
    ...(isExtlinux ? {} : { bios: 'starts by systemd-boot, which needs UEFI' }),
    ...(isSystemdBoot ? {} : { uefi: 'starts by extlinux, which needs a BIOS' }),
  };
}

const both = (reason: string): CannotStart => ({ bios: reason, uefi: reason });
