import type { ReadIo } from '../../common/system/io.ts';
import { absPath, type AbsPath } from '../../common/system/place.ts';
import { probeBootTexts } from '../../install/boot-files/boot-texts.ts';
import type { Mounted } from './filesystems.ts';
import type { Change, Update } from './plan.ts';

/** What starts this machine now. */
export type StartFacts = {
  /** The running kernel; undefined if the tree is not the running machine. */
  running: string | undefined;
  /** The texts of its boot menus. */
  menus: string;
};

/** Among the files of a boot, those that name kernels; the others are settings. */
const isMenu = /\/(grub\.cfg|entries\/[^/]+\.conf|(?:extlinux|syslinux)\/[^/]+|extlinux\.conf|syslinux\.cfg)$/;
/** Of grub legacy and lilo. */
const classicMenus: AbsPath[] = ['/boot/grub/menu.lst', '/boot/grub/grub.conf', '/etc/lilo.conf'];

/** Reads the boot menus. */
export async function probeStarts(io: ReadIo, root: AbsPath, mounts: readonly Mounted[]): Promise<StartFacts> {
  const lines = mounts.map(({ source, dir, type, options }) => {
    const node = source.startsWith('/') ? absPath(source) : undefined;
    return { spec: source, node, dir, type, options, freq: 0, passno: 0 };
  });
  const texts = await probeBootTexts(io, root, { mounts: lines });
  const running = root === '/' ? (await io.readText('/proc/sys/kernel/osrelease'))?.trim() : undefined;
  const menus = texts.filter(({ path }) => isMenu.test(path)).map(({ text }) => text);
  for (const path of classicMenus) menus.push((await io.readText({ root, path })) ?? '');
  return { running, menus: menus.join('\n') };
}

/** The version in the name of a kernel's file or of the folder of its modules; kernels of Arch and Alpine have a name instead. */
const patterns = [
  /^boot\/(?:vmlinuz|vmlinux|bzImage|kernel|Image|zImage)-(.+?)(?:\.efi\.signed|\.hmac|\.old)?$/,
  /^boot\/\.vmlinuz-(.+)\.hmac$/,
  /^boot\/(?:initrd\.img|initrd|initramfs)-(.+?)(?:\.img)?$/,
  /^boot\/(?:System\.map|config|sysctl\.conf|symvers|symtypes|vmlinux|dtb|abi|retpoline)-(.+?)(?:\.gz|\.xz|\.zst)?$/,
  /^(?:usr\/)?lib\/modules\/([^/]+)(?:\/|$)/,
];
const versionIn = (path: string) => patterns.map((one) => one.exec(path)?.[1]).find((one) => one !== undefined);

const isKernel = (path: string) => /^boot\/(vmlinuz|vmlinux|bzImage|kernel|Image|zImage)/.test(path);
const isInitramfs = (path: string) => /^boot\/(initrd|initramfs)/.test(path);
/** Links in / and /boot that some loaders start from. */
const isStartLink = ({ path, kind }: Change) =>
  kind === 'link' && /^(boot\/)?(vmlinuz|vmlinux|initrd|initrd\.img|initramfs)(\.old)?$/.test(path);

/**
 * Holds back what would leave the machine without a start. The boot menu and the initramfs are this machine's own, so: a kernel that
 * runs or that the menu starts stays, its initramfs stays, and another build of it does not take its place, since the initramfs has
 * modules of the first. New kernels come with their modules, and the kernels that nobody starts go last.
 */
export function holdKernels({ changes, kept }: Update, { running, menus }: StartFacts): Update {
  // A unified image, or a loader that nobody knows here: any kernel may be the one that starts.
  const isUnknown = !/vmlinu|Image|initr|linux/.test(menus);
  const isStarted = (version: string) => version === running || isUnknown || menus.includes(version);
  const isReplaced = ({ reason }: Change) => reason === 'changed' || reason === 'older';
  const rebuilt = new Set(
    changes.filter((one) => isKernel(one.path) && isReplaced(one)).flatMap(({ path }) => versionIn(path) ?? []),
  );
  const why = (change: Change): string | undefined => {
    const { path, reason } = change;
    const version = versionIn(path);
    if (reason !== 'new' && isStartLink(change)) return 'what starts this machine';
    if (version !== undefined && reason === 'deleted' && isStarted(version))
      return version === running
        ? 'the running kernel'
        : isUnknown
          ? 'nobody knows which kernel starts this machine'
          : 'a kernel in the boot menu of this machine';
    if (version !== undefined && rebuilt.has(version)) return 'another build of a kernel that this machine has';
    if (isInitramfs(path) && isReplaced(change)) return 'made on this machine for its disks';
    return undefined;
  };
  const held = changes.flatMap((change) => {
    const from = why(change);
    return from === undefined ? [] : [{ path: change.path, rule: { pattern: '', from } }];
  });
  const paths = new Set(held.map(({ path }) => path));
  return { changes: changes.filter(({ path }) => !paths.has(path)), kept: [...kept, ...held] };
}

/** The versions of kernels that come new with an update, for a hint: nothing starts them yet. */
export function newKernels({ changes }: Update): string[] {
  return changes
    .filter(({ path, reason }) => reason === 'new' && isKernel(path))
    .flatMap(({ path }) => versionIn(path) ?? []);
}
