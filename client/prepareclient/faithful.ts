import { findFilesystem } from '../../install/filesystems/index.ts';
import type { GoldenFacts } from './collect.ts';
import type { Device } from './devices.ts';

/** Types without files of their own on a disk of this machine; whatever is mounted so stays out of an image in any case. */
const elsewhere =
  /^(proc|sysfs|tmpfs|devtmpfs|devpts|cgroup2?|securityfs|debugfs|tracefs|configfs|efivarfs|pstore|bpf|mqueue|hugetlbfs|binfmt_misc|fusectl|rpc_pipefs|ramfs|autofs|nsfs|selinuxfs|nfs4?|cifs|smb3|ceph|glusterfs|9p|virtiofs|fuse\..*|overlay|squashfs|iso9660|udf)$/;

/** lsblk(8) types that an installation does not remake. */
const unmade: Record<string, string> = {
  crypt: 'is encrypted (LUKS), and an installed machine would have it in the clear',
  mpath: 'is a multipath device, which is not made on other machines',
  bcache: 'is a bcache device, which is not made on other machines',
};

/** What of this machine an image and its script cannot give back, a sentence each; empty where all can. */
export function whatIsLost({
  devices,
  mounts,
  lvm,
  swaps,
}: Pick<GoldenFacts, 'devices' | 'mounts' | 'lvm' | 'swaps'>): string[] {
  const problems: string[] = [];
  const dirsOf = (path: string) => mounts.filter((one) => one.device === path).map((one) => one.dir);
  const isUsed = (node: Device): boolean =>
    dirsOf(node.path).length > 0 || swaps.includes(node.path) || (node.children ?? []).some(isUsed);
  const look = (node: Device) => {
    const why = unmade[node.type];
    if (why !== undefined && isUsed(node)) problems.push(`${node.path}${on(dirsOf(node.path))} ${why}`);
    for (const child of node.children ?? []) look(child);
  };
  for (const device of devices) look(device);
  for (const mount of mounts) {
    if (elsewhere.test(mount.type) || findFilesystem(mount.type) || mount.root !== '/') continue;
    problems.push(`${mount.dir} is ${mount.type}, which is not made on other machines: its files would be left out`);
  }
  const root = mounts.findLast((one) => one.dir === '/');
  if (!root || elsewhere.test(root.type))
    problems.push(`/ is ${root?.type ?? 'not mounted'}: this looks like a live system, not like an installed machine`);
  for (const lv of lvm?.lvs ?? []) {
    const { segtype, stripes, lv_name: name, vg_name: group } = lv as Record<string, string>;
    // lvs(8) of old calls a linear volume striped, with one stripe.
    const isLinear = segtype === 'linear' || (segtype === 'striped' && stripes === '1');
    if (segtype !== undefined && !isLinear && !name?.startsWith('['))
      problems.push(`the logical volume ${group}/${name} is ${segtype}; only linear ones are made on other machines`);
  }
  return [...new Set(problems)];
}

const on = (dirs: string[]) => (dirs.length === 0 ? '' : ` (${dirs.join(', ')})`);
