import type { Target } from '../../common/model/target.ts';
import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { loaderDirs, loaderEntries } from './loader-entries.ts';
import { kernelRelease } from './kernel-file.ts';
import { readUnifiedImage } from './unified-image.ts';

/** A kernel of the image. `initramfs` is the file that the distribution makes for the kernel; undefined if missing. */
export type BootKernel = {
  version: string;
  kernel: AbsPath;
  initramfs: AbsPath | undefined;
  /** Where the distribution would put a new initramfs. */
  newInitramfs: AbsPath;
  /** Kernel, initramfs and command line are one file. */
  isUnified?: true;
};

/** Kernels, and initramfs with the drivers and firmware of everything, are smaller. */
export const bootFile = { limitBytes: 512 * 1024 ** 2 };

/** The names of kernels in /boot; Arch and Alpine have the package's name where others have the version. */
const kernelName = /^(?:vmlinuz|vmlinux|bzImage|kernel|Image)(?:-(.+))?$/;
/** SUSE has a packed vmlinux beside each kernel, for debuggers. */
const isOld = (name: string) =>
  name.includes('rescue') || /\.(old|bak|hmac|sig)$/.test(name) || /^vmlinux-.*\.(gz|xz|zst)$/.test(name);

/** The names of a kernel's initramfs, from the end of the kernel's name (from the dash on). */
const initramfsNames = [
  (name: string) => `initrd.img${name}`,
  (name: string) => `initramfs${name}.img`,
  (name: string) => `initrd${name}`,
  (name: string) => `initramfs${name}`,
  (name: string) => `initrd${name}.img`,
];
const newNames: Record<string, (name: string) => string> = {
  '/etc/debian_version': (name) => `initrd.img${name}`,
  '/etc/alpine-release': (name) => `initramfs${name}`,
  '/etc/SUSE-brand': (name) => `initrd${name}`,
};

/** The kernels in /boot, kernels in entries of the Boot Loader Specification, and unified images; rescue copies are left out. */
export async function bootKernels(tree: Inside, target: Pick<Target, 'mounts'>): Promise<BootKernel[]> {
  const kernels = new Map<AbsPath, BootKernel>();
  const names = (await tree.list('/boot')) ?? [];
  const brand = await tree.firstOf(Object.keys(newNames) as AbsPath[]);
  const newName = newNames[brand ?? ''] ?? ((name: string) => `initramfs${name}.img`);
  for (const file of names) {
    const match = kernelName.exec(file);
    if (!match || isOld(file)) continue;
    const [, name] = match;
    const kernel = under('/boot', file);
    // A bare name that is a link leads to a kernel with a version in its name.
    if (name === undefined && (await tree.lstat(kernel))?.kind !== 'file') continue;
    // A link may outlive its kernel.
    if (!(await tree.exists(kernel))) continue;
    const version = await versionOf(tree, kernel, name);
    const suffix = name === undefined ? '' : `-${name}`;
    // A copy with a signature, as vmlinuz-4.4.0-31-generic.efi.signed, has the initramfs of its version.
    const initramfs = [suffix, `-${version}`]
      .flatMap((one) => initramfsNames.map((make) => make(one)))
      .find((one) => names.includes(one));
    kernels.set(await tree.real(kernel), {
      version,
      kernel,
      initramfs: initramfs === undefined ? undefined : under('/boot', initramfs),
      newInitramfs: under('/boot', newName(suffix)),
    });
  }
  for (const { linux, initrds, version } of await loaderEntries(tree, target)) {
    if (linux === undefined || isOld(linux) || kernels.has(await tree.real(linux))) continue;
    const initramfs = initrds.at(-1);
    kernels.set(await tree.real(linux), {
      version: await versionOf(tree, linux, version),
      kernel: linux,
      initramfs,
      newInitramfs: initramfs ?? under(linux, '..', 'initrd'),
    });
  }
  const unified = await unifiedKernels(tree, target);
  // The kernel that a unified image was made from does not start by itself.
  const isPart = (one: BootKernel) =>
    one.initramfs === undefined && unified.some(({ version }) => version === one.version);
  return [...[...kernels.values()].filter((one) => !isPart(one)), ...unified];
}

async function unifiedKernels(tree: Inside, target: Pick<Target, 'mounts'>): Promise<BootKernel[]> {
  const found: BootKernel[] = [];
  for (const dir of loaderDirs(target)) {
    const folder = under(dir, 'EFI/Linux');
    for (const name of (await tree.list(folder)) ?? []) {
      if (!/\.efi$/i.test(name)) continue;
      const kernel = under(folder, name);
      const image = readUnifiedImage((await tree.read(kernel, bootFile)) ?? Buffer.alloc(0));
      if (!image) continue;
      const version = image.release ?? 'of unknown version';
      found.push({ version, kernel, initramfs: kernel, newInitramfs: kernel, isUnified: true });
    }
  }
  return found;
}

/** The name of the kernel's folder in /lib/modules: from the file's name, the file's content, or the kernel's package. */
async function versionOf(tree: Inside, kernel: AbsPath, name: string | undefined): Promise<string> {
  const folders = (await tree.list('/lib/modules')) ?? [];
  if (name !== undefined && folders.includes(name)) return name;
  const data = folders.length > 0 ? await tree.read(kernel, bootFile) : undefined;
  const release = data && kernelRelease(data);
  if (release !== undefined) return release;
  for (const folder of folders)
    if (name !== undefined && (await tree.readText(`/lib/modules/${folder}/pkgbase`))?.trim() === name) return folder;
  return name ?? folders[0] ?? 'of unknown version';
}
