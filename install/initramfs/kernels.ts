import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';

/** A kernel in /boot of the image. `initramfs` is the file that its distribution makes for it; it may be missing. */
export type BootKernel = { version: string; kernel: AbsPath; initramfs: AbsPath | undefined };

/** How distributions name them: the kernel, and the initramfs that goes with it. */
const kernelName = /^(?:vmlinuz|vmlinux|kernel|Image)-(.+)$/;
const initramfsNames = [
  (version: string) => `initrd.img-${version}`,
  (version: string) => `initramfs-${version}.img`,
  (version: string) => `initrd-${version}`,
];

/** The kernels in /boot, but for rescue copies. */
export async function bootKernels(tree: Inside): Promise<BootKernel[]> {
  const names = (await tree.list('/boot')) ?? [];
  const kernels: BootKernel[] = [];
  for (const name of names) {
    const version = kernelName.exec(name)?.[1];
    if (version === undefined || version.includes('rescue') || /\.(old|bak|hmac|sig)$/.test(version)) continue;
    const initramfs = initramfsNames.map((make) => make(version)).find((one) => names.includes(one));
    kernels.push({
      version,
      kernel: under('/boot', name),
      initramfs: initramfs === undefined ? undefined : under('/boot', initramfs),
    });
  }
  return kernels;
}
