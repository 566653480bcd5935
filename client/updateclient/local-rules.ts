import { singleFiles, stateFolders } from '../../install/identity/clone-hygiene.ts';
import type { LocalRule } from './exclude-file.ts';

const rules = (from: string, patterns: readonly string[]): LocalRule[] =>
  patterns.map((pattern) => ({ pattern, from }));

/** Filesystems of the running kernel, and folders that are empty after a start of the machine. */
const running = rules('files of the running system', [
  '/proc/*',
  '/sys/*',
  '/dev/*',
  '/run/*',
  '/var/run/*',
  '/var/lock/*',
  '/etc/mtab',
  '/etc/.pwd.lock',
  '/var/lib/dpkg/lock*',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
  '/var/lib/rpm/.rpm.lock',
  '/usr/lib/sysimage/rpm/.rpm.lock',
  'lost+found/',
]);

/** Files that make this machine itself: who it is in the network, and where its disks are. */
const identity = rules('identity of this machine', [
  '/etc/hostname',
  '/etc/HOSTNAME',
  '/etc/conf.d/hostname',
  '/etc/machine-info',
  '/etc/machine-id',
  '/var/lib/dbus/machine-id',
  '/etc/fstab',
  '/etc/crypttab',
  '/etc/mdadm.conf',
  '/etc/mdadm/mdadm.conf',
  '/etc/lvm/backup/*',
  '/etc/lvm/archive/*',
  '/etc/adjtime',
  '/etc/resolv.conf',
  '/etc/iscsi/initiatorname.iscsi',
  '/etc/nvme/hostid',
  '/etc/nvme/hostnqn',
  '/etc/network/interfaces',
  '/etc/network/interfaces.d/*',
  '/etc/netplan/*',
  '/etc/NetworkManager/system-connections/*',
  '/etc/systemd/network/*.network',
  '/etc/systemd/network/*.link',
  '/etc/systemd/network/*.netdev',
  '/etc/sysconfig/network',
  '/etc/sysconfig/network-scripts/ifcfg-*',
  '/etc/sysconfig/network-scripts/route*-*',
  '/etc/sysconfig/network/ifcfg-*',
  '/etc/sysconfig/network/ifroute-*',
  '/etc/sysconfig/network/routes',
  '/etc/wicked/ifconfig/*',
  '/var/lib/connman/*',
  '/etc/netctl/*',
  '/etc/conf.d/net',
  '/etc/dhcpcd.conf',
  '/etc/ssh/ssh_host_*',
  ...singleFiles,
  ...stateFolders.map(([folder]) => `${folder}/*`),
]);

/** What starts this machine: made for its disks, as root= is. */
const boot = rules('boot menu of this machine', [
  '/boot/efi/',
  '/efi/',
  '/boot/grub/',
  '/boot/grub2/',
  '/boot/loader/',
  '/boot/extlinux/',
  '/boot/syslinux/',
  '/boot/EFI/',
  '/extlinux.conf',
  '/etc/lilo.conf',
  '/etc/kernel/cmdline',
  '/etc/kernel/entry-token',
]);

/** passwd(1) and its like keep the text before the last change there. */
const backups = rules('copies of the files of users and groups', [
  '/etc/passwd-',
  '/etc/shadow-',
  '/etc/group-',
  '/etc/gshadow-',
  '/etc/subuid-',
  '/etc/subgid-',
]);

const logs = rules('logs', ['/var/log/*']);

/** What SystemImager itself remembers on this machine. */
const own = rules('records of updateclient', ['/etc/systemimager/', '/var/lib/systemimager/']);

/** True for a rule whose files nobody wants to see in a list. */
export const isOfSystem = (rule: LocalRule) => running.includes(rule);

/** What an update never touches on any machine. */
export const builtInRules: readonly LocalRule[] = [...running, ...identity, ...boot, ...backups, ...logs, ...own];
