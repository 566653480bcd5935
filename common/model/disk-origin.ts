import type { FlatDevice } from './storage.ts';

/** What a block device is to its machine. `why` names it for people, in brackets: `/dev/zd0 (a volume of ZFS)`. */
export type DiskOrigin =
  /** A disk that belongs to this machine alone. */
  | { kind: 'own' }
  /** `borrowed`: other machines may use it; `made`: of other devices, memory or a file; `removable`: people carry it away. */
  | { kind: 'borrowed' | 'made' | 'removable'; why: string };

/** What tells disks apart, as far as known: images of old golden clients record only the name. */
export type DiskTraits = {
  /** The kernel's name: sda, cciss/c0d0. */
  name: string;
  /** Its directory below /sys/devices. */
  sysPath?: string | undefined;
  /** lsblk(8), TRAN; for NVMe the transport of its controllers (Linux Documentation/ABI, sysfs-nvme). */
  transport?: string | undefined;
  /** The driver of its SCSI host (/sys/class/scsi_host/hostN/proc_name). */
  hostDriver?: string | undefined;
  /** MMC or SD (Linux Documentation/driver-api/mmc/mmc-dev-attrs.rst). */
  cardType?: string | undefined;
  model?: string | undefined;
  isRemovable?: boolean | undefined;
  /** The firmware keeps it in memory, such as an ISO that UEFI has loaded by HTTP. */
  isRamDisk?: boolean | undefined;
  /** It is one of several ways to a disk (multipath). */
  isPath?: boolean | undefined;
};

type Rule = [pattern: RegExp, kind: Exclude<DiskOrigin['kind'], 'own'>, why: string];

const memory: Rule = [/^(zram|ram)\d/, 'made', 'memory'];
const file: Rule = [/^(loop|zloop|cloop)\d/, 'made', 'a file'];
const overNetwork: Rule = [/^(nbd|dnbd|rnbd|xnbd)\d/, 'borrowed', 'a disk over the network (NBD)'];
const drives: Rule[] = [
  [/^(sr|scd|pktcdvd|pcd|aztcd|sonycd)\d/, 'removable', 'a drive for CDs'],
  [/^fd\d/, 'removable', 'a drive for floppies'],
];

/** Names by their drivers (Linux Documentation/admin-guide/devices.txt, and the drivers' own documents). */
const names: Rule[] = [
  [/^zd\d/, 'made', 'a volume of ZFS'],
  memory,
  file,
  [/^(dm-|mapper\/)/, 'made', 'a device-mapper volume'],
  [/^md([/_]|\d)/, 'made', 'an array'],
  [/^bcache\d/, 'made', 'a bcache volume'],
  [/^drbd/, 'made', 'a DRBD volume'],
  [/^nullb\d/, 'made', 'a device for tests'],
  [/^ublk/, 'made', 'a device of a program (ublk)'],
  [/^ploop\d/, 'made', 'a file of a container'],
  [/^(datto|elastio-snap|veeamsnap|veeamblksnap|blksnap|sbdimg)/, 'made', 'a snapshot of a backup program'],
  [/^(mtdblock|ubiblock|ftl|nftl|inftl|rfd_ftl)/, 'made', 'flash memory of the firmware'],
  [/^mmcblk\d+(boot\d|rpmb|gp\d)/, 'made', 'an area of an eMMC'],
  [/^rbd/, 'borrowed', 'an image of Ceph (RBD)'],
  overNetwork,
  [/^etherd[/!]/, 'borrowed', 'a disk over the network (AoE)'],
  [/^dcssblk\d/, 'borrowed', 'memory that guests of z/VM share (DCSS)'],
  [/^scini/, 'borrowed', 'a volume of PowerFlex'],
  [/^(pxd|sp-|vitastor|sheepdog|cbd)/, 'borrowed', 'a volume of a storage cluster'],
  [/^(emcpower|sddlm|vpath|VxDMP)/, 'borrowed', 'a disk with several paths'],
  ...drives,
];

/** lsblk's TRAN, and transports of NVMe. */
const transports: Rule[] = [
  [/^usb$/, 'removable', 'on USB'],
  [/^(ieee1394|sbp)$/, 'removable', 'on FireWire'],
  [/^iscsi$/, 'borrowed', 'a LUN by iSCSI'],
  [/^fcoe$/, 'borrowed', 'a LUN by Fibre Channel over Ethernet'],
  [/^fc$/, 'borrowed', 'a LUN by Fibre Channel'],
  [/^(tcp|rdma)$/, 'borrowed', 'a namespace by NVMe over Fabrics'],
  [/^loop$/, 'made', 'a namespace that this machine offers itself'],
  [/^srp$/, 'borrowed', 'a LUN by SRP'],
];

/** Directories that the kernel's transport classes put into a disk's path (drivers/scsi/scsi_transport_*.c, drivers/nvme). */
const paths: Rule[] = [
  [/\/usb\d+\//, 'removable', 'on USB'],
  [/\/fw\d+(\.\d+)?\//, 'removable', 'on FireWire'],
  [/\/session\d+\/target/, 'borrowed', 'a LUN by iSCSI'],
  [/\/rport-[\d:-]+\//, 'borrowed', 'a LUN by Fibre Channel'],
  [/\/nvme-fabrics\//, 'borrowed', 'a namespace by NVMe over Fabrics'],
  [/\/(pseudo_\d+|pseudo)\/adapter\d+\//, 'made', 'a device for tests'],
  [/\/tcm_loop(_\d+)?\//, 'made', 'a LUN that this machine offers itself'],
  [/^\/sys\/devices\/virtual\/block\//, 'made', 'made by the kernel'],
];

const hostDrivers: Rule[] = [
  [/^ib_srp$/, 'borrowed', 'a LUN by SRP'],
  [/^(iscsi_tcp|ib_iser|iser|bnx2i|be2iscsi|cxgb[34]i|qedi|qla4xxx)$/, 'borrowed', 'a LUN by iSCSI'],
  [/^(fnic|lpfc|qla2xxx|bfa|csiostor|bnx2fc|fcoe|qedf|zfcp|ibmvfc)$/, 'borrowed', 'a LUN by Fibre Channel'],
  [/^scsi_debug$/, 'made', 'a device for tests'],
];

/** Names that drivers give to disks of the machine itself; for a disk of another name, its place in /sys decides. */
const ownNames =
  /^(sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|ubd[a-z]|nvme\d+n\d|mmcblk\d|dasd[a-z]|scm[a-z]|pmem\d|rssd[a-z]|fio[a-z]|ps3d|skd|rsxx|sx8|cciss[/!]|ida[/!]|rd[/!]|i2o[/!]|ataraid[/!]|amiraid[/!]|iseries[/!])/;

const isOne = (path: string, ...rules: Rule[]) =>
  path.startsWith('/dev/') && rules.some(([pattern]) => pattern.test(path.slice('/dev/'.length)));

/** Memory that is a block device. */
export const isMemory = (path: string): boolean => isOne(path, memory);

/** Drives whose media change. */
export const isDrive = (path: string): boolean => isOne(path, ...drives);

/** Memory, files and drives whose media change: another machine does not have their content. */
export const isPassing = (path: string): boolean => isOne(path, memory, file, ...drives);

/** Passing devices and NBD: a line of fstab(5) that names such a device needs no filesystem of the layout. */
export const isVirtualDisk = (path: string): boolean => isPassing(path) || isOne(path, overNetwork);

/** Tells what a device is from its name, its wiring and the data that the device gives of itself. */
export function diskOrigin(traits: DiskTraits): DiskOrigin {
  const { name, sysPath, transport, hostDriver, cardType, model, isRemovable, isRamDisk, isPath } = traits;
  const said: [string | undefined, Rule[]][] = [
    [name, names],
    [transport?.toLowerCase(), transports],
    [sysPath, paths],
    [hostDriver, hostDrivers],
  ];
  for (const [text, rules] of said) {
    const rule = text && rules.find(([pattern]) => pattern.test(text));
    if (rule) return { kind: rule[1], why: rule[2] };
  }
  if (isPath) return { kind: 'borrowed', why: 'a way to a disk with several paths' };
  if (model?.trim() === 'scsi_debug') return { kind: 'made', why: 'a device for tests' };
  if (isRamDisk) return { kind: 'removable', why: 'a RAM disk of the firmware' };
  if (cardType === 'SD') return { kind: 'removable', why: 'an SD card' };
  if (isRemovable) return { kind: 'removable', why: 'removable' };
  if (ownNames.test(name) || sysPath?.startsWith('/sys/devices/')) return { kind: 'own' };
  return { kind: 'made', why: 'no disk of a kind that is known here' };
}

/** What a disk of the golden client is to that machine; undefined for other devices, passing devices, drives without medium. */
export function originOf(one: FlatDevice, all: readonly FlatDevice[]): DiskOrigin | undefined {
  if (one.type !== 'disk' || one.parents.length > 0 || one.size === 0 || isPassing(one.path)) return undefined;
  const { sysPath, transport, hostDriver, cardType } = one.traits ?? {};
  return diskOrigin({
    name: one.path.slice('/dev/'.length),
    sysPath,
    transport: transport ?? one.tran,
    hostDriver,
    cardType,
    model: one.model,
    isRemovable: one.rm,
    isPath: one.fstype === 'mpath_member' || all.some((up) => up.type === 'mpath' && up.parents.includes(one.path)),
  });
}
