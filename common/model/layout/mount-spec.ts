import type { MountWish } from '../layout.ts';
import { isVirtualDisk } from '../storage.ts';
import { unhex } from './words.ts';

type Tag = 'LABEL' | 'UUID' | 'PARTLABEL' | 'PARTUUID';

/** By which tag a line of fstab(5) finds its device: TAG=VALUE, or udev's link /dev/disk/by-…/VALUE; undefined for a plain name. */
export function specTag(spec: string): { tag: Tag; value: string } | undefined {
  const [, tag, value = ''] = /^(LABEL|UUID|PARTLABEL|PARTUUID)=(.*)$/s.exec(spec) ?? [];
  if (tag) return { tag: tag as Tag, value };
  const [, link, escaped = ''] = /^\/dev\/disk\/by-(label|uuid|partlabel|partuuid)\/(.+)$/s.exec(spec) ?? [];
  return link ? { tag: link.toUpperCase() as Tag, value: unhex(escaped) } : undefined;
}

/** Types of fstab(5) that need no device of ours. */
const withoutDevice =
  /^(tmpfs|proc|sysfs|devpts|devtmpfs|cgroup2?|efivarfs|securityfs|debugfs|tracefs|configfs|bpf|hugetlbfs|mqueue|ramfs|binfmt_misc|fuse.*|nfs4?|cifs|smb3|smbfs|9p|virtiofs|ceph|glusterfs|overlay|autofs|none|iso9660|udf|squashfs)$/;

/** True for a line that names a block device, by node or tag. */
export function namesDevice({ spec, type }: Pick<MountWish, 'spec' | 'type'>): boolean {
  return specTag(spec) !== undefined || (spec.startsWith('/dev/') && !withoutDevice.test(type));
}

/** True for a line that may stay in an installed fstab although no filesystem of the layout is meant. */
export function mayStandAlone(mount: Pick<MountWish, 'spec' | 'type' | 'options'>): boolean {
  const { spec, type, options } = mount;
  if (/(^|,)(noauto|nofail|r?bind|_netdev)(,|$)/.test(options) || isVirtualDisk(spec)) return true;
  return !namesDevice(mount) && (withoutDevice.test(type) || spec.startsWith('/'));
}

/** The subvolume of btrfs(5) that the options of a mount name, without slashes around it: empty for the top, undefined where none is named. */
export function subvolumeOf(options: string): string | undefined {
  const [, path] = /(?:^|,)subvol=([^,]*)/.exec(options) ?? [];
  return path?.split('/').filter(Boolean).join('/');
}
