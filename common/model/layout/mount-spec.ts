import type { MountWish } from '../layout.ts';
import { isOptional } from '../needed.ts';
import { isVirtualDisk } from '../disk-origin.ts';
import { unhex } from './words.ts';

type Tag = 'LABEL' | 'UUID' | 'PARTLABEL' | 'PARTUUID' | 'ID';

/**
 * By which tag a line of fstab(5) finds its device: TAG=VALUE, or udev's link /dev/disk/by-…/VALUE; undefined for a plain name.
 * ID= is udev's name of the hardware.
 */
export function specTag(spec: string): { tag: Tag; value: string } | undefined {
  const [, tag, value = ''] = /^(LABEL|UUID|PARTLABEL|PARTUUID|ID)=(.*)$/s.exec(spec) ?? [];
  if (tag) return { tag: tag as Tag, value };
  const [, link, escaped = ''] = /^\/dev\/disk\/by-(label|uuid|partlabel|partuuid|id)\/(.+)$/s.exec(spec) ?? [];
  return link ? { tag: link.toUpperCase() as Tag, value: unhex(escaped) } : undefined;
}

/**
 * Types that lie on block devices (FS_REQUIRES_DEV in the kernel's fs/), and auto. Lines of other types may name other files
 * below /dev: /dev/fuse, /dev/shm, /dev/gpfs1. Types of removable media are left out.
 */
const onBlockDevice =
  /^(auto|swap|adfs|affs|apfs|bcachefs|befs|bfs|btrfs|cramfs|efs|erofs|exfat|ext[234]|f2fs|freevxfs|fuseblk|gfs2|hfs|hfsplus|hpfs|jfs|minix|msdos|nilfs2|ntfs|ntfs3|ntfs-3g|ocfs2|omfs|qnx[46]|reiser4|reiserfs|romfs|sysv|ufs|umsdos|vfat|vxfs|xfs|zonefs)$/;

/** True for a bind mount, which shows a directory a second time, whatever the first field of the line looks like (mount(8)). */
export const isBind = (options: string): boolean => /(^|,)r?bind(,|$)/.test(options);

/** True for a line that names a block device, by node or tag. */
export function namesDevice({ spec, type, options }: Pick<MountWish, 'spec' | 'type' | 'options'>): boolean {
  if (isBind(options)) return false;
  if (/^(LABEL|UUID|PARTLABEL|PARTUUID|ID)=/.test(spec)) return true;
  return spec.startsWith('/dev/') && !isVirtualDisk(spec) && type.split(',').some((one) => onBlockDevice.test(one));
}

/** True for a line that may stay in an installed fstab although the line names no filesystem of the layout. */
export const mayStandAlone = (mount: Pick<MountWish, 'spec' | 'type' | 'options'>): boolean =>
  isOptional(mount.options) || !namesDevice(mount);

/** True if mount(8) mounts a filesystem of type `made` by a line that says `said`. */
export function fitsType(said: string, made: string): boolean {
  const families = [/^ext[234]$/, /^(vfat|msdos)$/];
  const fits = (one: string) => one === made || families.some((family) => family.test(one) && family.test(made));
  return said.split(',').some((one) => (one === 'auto' ? made !== 'swap' : fits(one)));
}

/** The lines whose filesystems the installation mounts: the first of several lines for one directory, as in systemd. */
export function mountedLines<M extends Pick<MountWish, 'device' | 'dir' | 'type'>>(mounts: readonly M[]): M[] {
  const ours = mounts.filter(({ device, dir, type }) => device !== undefined && dir.startsWith('/') && type !== 'swap');
  return ours.filter((one) => ours.find(({ dir }) => dir === one.dir) === one);
}

/** The subvolume of btrfs(5) in the options of a mount, without slashes around: empty for the top, undefined without subvol=. */
export function subvolumeOf(options: string): string | undefined {
  const [, path] = /(?:^|,)subvol=([^,]*)/.exec(options) ?? [];
  return path?.split('/').filter(Boolean).join('/');
}
