import { readFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Architecture } from '../../common/boot/architectures.ts';
import { run } from '../boot/harness/processes.ts';
import { cached } from './cache.ts';
import { withProgramsOf } from './foreign-programs.ts';
import { writePackageSources } from './package-sources.ts';

/** Who sets up the network in the golden tree. */
export type Flavour = 'ifupdown' | 'networkd' | 'NetworkManager' | 'netplan';

/** What starts it without any of grub. */
type OtherLoader = 'systemd-boot' | 'extlinux';

/** A golden tree to make. `cloud` is Debian's kernel for virtual machines: small, but without SATA and most network cards. */
export type GoldenOptions = {
  arch?: Architecture;
  kernel?: 'cloud' | 'full';
  network?: Flavour;
  extra?: string[];
  /** `standard`: everything that Debian's installer puts on a machine without desktop, documentation too. */
  size?: 'small' | 'standard';
  /** What makes its initramfs. */
  initramfs?: 'initramfs-tools' | 'dracut';
  /** Its release of Debian. */
  release?: 'bullseye' | 'bookworm' | 'trixie';
  loader?: 'grub' | OtherLoader;
};

const grub: Record<Architecture, string[]> = {
  amd64: ['grub-pc-bin', 'grub-efi-amd64-bin'],
  arm64: ['grub-efi-arm64-bin'],
};
const common = (arch: Architecture) => [
  'systemd-sysv',
  'udev',
  'dbus',
  'openssh-server',
  'zstd',
  ...grub[arch],
  'grub2-common',
  'e2fsprogs',
  'fdisk',
  'dosfstools',
  'rsync',
  'iproute2',
  'netbase',
  'attr',
  'acl',
  'libcap2-bin',
  'kmod',
];
const flavours: Record<Flavour, string[]> = {
  ifupdown: ['ifupdown', 'isc-dhcp-client'],
  networkd: [],
  NetworkManager: ['network-manager'],
  netplan: ['netplan.io'],
};

const loaders: Record<OtherLoader, string[]> = {
  'systemd-boot': ['systemd-boot', 'systemd-boot-efi'],
  extlinux: ['extlinux', 'syslinux-common'],
};
const isGrub = (name: string) => name.startsWith('grub');

/** UUIDs of the golden client's filesystems, which its fstab and grub.cfg name. */
export const goldenUuids = {
  root: '7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31',
  efi: '51DE-0EF1',
  swap: '1f6d2b31-0c8a-4c0e-9d57-7c1d5f523f0a',
} as const;

const customize = path.join(import.meta.dirname, 'golden', 'customize.sh');
const otherLoader = path.join(import.meta.dirname, 'golden', 'other-loader.sh');
/** Documentation and translations are half of a small system, and say nothing that a test wants to know. */
const leaveOut = ['doc', 'man', 'info', 'locale', 'lintian'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/** Drivers of Debian's ordinary kernel that no row's machine has; half of its modules. */
const driversLeftOut = [
  'drivers/gpu',
  'drivers/media',
  'drivers/net/wireless',
  'drivers/infiniband',
  'drivers/iio',
  'sound',
].map((name) => `--dpkgopt=path-exclude=/lib/modules/*/kernel/${name}/*`);

/** The drivers of QEMU's virtio disks, and of the root. */
const modules = ['virtio_pci', 'virtio_blk', 'ext4'];

/**
 * What is different where programs are foreign, and slow: the initramfs holds a list of drivers instead of all that its maker looks
 * up one by one (initramfs.conf(5)). And the serial line of arm64 machines.
 */
const arm64Hooks = [
  `--essential-hook=cd "$1/etc" && mkdir -p initramfs-tools/conf.d && echo MODULES=list >initramfs-tools/conf.d/modules`,
  `--essential-hook=printf '%s\\n' ${modules.join(' ')} >"$1/etc/initramfs-tools/modules"`,
  `--customize-hook=cd "$1" && sed -i s/ttyS0,115200/ttyAMA0/ etc/default/grub boot/grub/grub.cfg`,
];

/**
 * A golden client's files as a directory: a small Debian with a kernel, grub for BIOS and UEFI, sshd, users and every kind
 * of file (golden/customize.sh). Made once by mmdebstrap from this machine's own package sources, needs root.
 */
export async function goldenTree({
  arch = 'amd64',
  kernel = 'cloud',
  network = 'ifupdown',
  extra = [],
  size = 'small',
  initramfs = 'initramfs-tools',
  release = 'bookworm',
  loader = 'grub',
}: GoldenOptions = {}): Promise<string> {
  const linux = `linux-image-${kernel === 'cloud' ? 'cloud-' : ''}${arch}`;
  const other = loader === 'grub' ? undefined : loader;
  const base = other ? [...common(arch).filter((name) => !isGrub(name)), ...loaders[other]] : common(arch);
  const packages = [...base, initramfs, linux, ...flavours[network], ...extra];
  const hooks = arch === 'amd64' ? [] : arm64Hooks;
  const recipe = {
    release,
    packages,
    network,
    leaveOut: [...(size === 'small' ? leaveOut : []), ...(kernel === 'full' ? driversLeftOut : [])],
    goldenUuids,
    script: readFileSync(customize, 'utf8'),
    size,
    ...(other ? { other, otherScript: readFileSync(otherLoader, 'utf8') } : {}),
    ...(arch === 'amd64' ? {} : { arch, hooks }),
  };
  const foreign = arch === 'amd64' ? [] : [arch];
  const name = ['golden', release, ...foreign, kernel, network, size, ...(other ? [other] : [])].join('-');
  const dir = await cached(name, recipe, async (unfinished) => {
    const tree = path.join(unfinished, 'tree.new');
    const sources = path.join(unfinished, 'machine.sources');
    await writePackageSources(release, sources);
    await run(
      withProgramsOf(arch, [
        'mmdebstrap',
        '--mode=root',
        `--architectures=${arch}`,
        // The kernel starts foreign programs already.
        '--skip=check/qemu',
        `--variant=${size === 'small' ? 'minbase' : 'standard'}`,
        `--include=${packages.join(',')}`,
        '--aptopt=APT::Install-Recommends "false"',
        ...recipe.leaveOut,
        `--customize-hook=chroot "$1" sh -s < ${customize}`,
        ...hooks,
        ...(other ? [`--customize-hook=chroot "$1" sh -s ${other} < ${otherLoader}`] : []),
        release,
        tree,
        sources,
      ]),
      {
        env: {
          FLAVOUR: network,
          ROOT_UUID: goldenUuids.root,
          EFI_UUID: goldenUuids.efi,
          SWAP_UUID: goldenUuids.swap,
        },
        limitMs: arch === 'amd64' ? 900_000 : 7_200_000,
      },
    );
    await rename(tree, path.join(unfinished, 'tree'));
  });
  return path.join(dir, 'tree');
}

/** The golden tree's own kernel and initrd: something to boot that is not ours. */
export async function goldenKernel(options?: GoldenOptions): Promise<{ kernel: string; initrd: string }> {
  const boot = path.join(await goldenTree(options), 'boot');
  const named = async (start: string) =>
    path.join(boot, (await readdir(boot)).find((name) => name.startsWith(start)) ?? start);
  return { kernel: await named('vmlinuz-'), initrd: await named('initrd.img-') };
}
