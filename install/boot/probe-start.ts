import type { ImageFacts } from '../../common/model/image-facts.ts';
import type { ImageStart } from '../../common/model/image-start.ts';
import type { Target } from '../../common/model/target.ts';
import type { Inside } from '../../common/system/inside.ts';
import { initramfsMakers, makerNames } from '../initramfs/index.ts';
import { kernelHeadBytes, kernelMachine } from '../boot-files/kernel-file.ts';
import { readKernelLists } from '../initramfs/kernel-modules.ts';
import { bootFile, type BootKernel, bootKernels } from '../boot-files/kernels.ts';
import { readInitramfs } from '../initramfs/read-initramfs.ts';
import { startedKernel } from '../boot-files/started-kernel.ts';
import { grubNames } from '../boot-files/grub-names.ts';
import { bootloaders } from '../bootloaders/index.ts';
import { systemdBootFiles } from '../bootloaders/systemd-boot.ts';
import { extlinuxConfig } from '../boot-files/extlinux-config.ts';

type CannotStart = NonNullable<ImageFacts['cannotStart']>;

/** Where an EFI system partition may be mounted, seen without a layout. */
const anywhere: Pick<Target, 'mounts'> = {
  mounts: ['/', '/boot', '/efi', '/boot/efi'].map((dir) => ({
    spec: '',
    device: '/dev/null',
    node: '/dev/null',
    dir,
    type: dir === '/' ? '' : 'vfat',
    options: '',
    freq: 0,
    passno: 0,
  })),
};

const machineOf = async (tree: Inside, { kernel }: BootKernel) =>
  kernelMachine((await tree.readPart(kernel, 0, kernelHeadBytes)) ?? Buffer.alloc(0));

/** The processor of the kernel that an image starts, as Node's process.arch names it; undefined if the image does not tell. */
export async function imageMachine(tree: Inside): Promise<string | undefined> {
  const kernel = await startedKernel(tree, anywhere, await bootKernels(tree, anywhere));
  return kernel && machineOf(tree, kernel);
}

/** Checks an image as `boot` will, before any disk is touched: what holds for every machine. */
export async function probeStart(tree: Inside): Promise<ImageStart> {
  const kernels = await bootKernels(tree, anywhere);
  const kernel = await startedKernel(tree, anywhere, kernels);
  if (!kernel) return { cannotStart: both('has no kernel in /boot, and no entry of a boot loader names one') };
  const lists = await readKernelLists(tree, kernel.version);
  const machine = await machineOf(tree, kernel);
  return { cannotStart: await cannotStart(tree, lists && kernel), machine, kernel: lists };
}

/** `kernel`: the kernel that is started; undefined if it has no modules, because it then needs none in an initramfs. */
async function cannotStart(tree: Inside, kernel: BootKernel | undefined): Promise<CannotStart> {
  const makers = await Promise.all(initramfsMakers.map((one) => one.probe(tree)));
  if (kernel && makers.every((one) => one === undefined)) {
    const data = kernel.initramfs && !kernel.isUnified ? await tree.read(kernel.initramfs, bootFile) : undefined;
    const unread = data && (await readInitramfs(data)).unread;
    const what = `initramfs for its kernel ${kernel.version}`;
    if (kernel.initramfs === undefined) return both(`has no ${what}, and none of ${makerNames} to make one`);
    if (unread !== undefined) return both(`has an ${what} that ${unread}, and none of ${makerNames} to make a new one`);
  }
  if (await grubNames(tree)) return {};
  const isSystemdBoot = (await systemdBootFiles(tree, anywhere)).length > 0;
  const isExtlinux = (await extlinuxConfig(tree)) !== undefined;
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
