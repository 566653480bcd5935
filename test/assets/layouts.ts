import { goldenUuids } from './golden.ts';

/** Filesystems that can hold the root of a golden tree. */
export type RootType = 'ext4' | 'ext3' | 'xfs' | 'btrfs';

/** Where a part of the installed tree lies: on which disk of the script (0 is the first), which partition, which directory. */
export type TreePart = { disk: number; number: number; type: RootType; dir: string };

/** A layout as a script has it, and where the tree lies when it is done. */
export type TreeLayout = { text: string; parts: TreePart[] };

/** The line of [filesystems] for the root. */
export const rootLine = (device: string, type: RootType = 'ext4') =>
  `${device} ${type} label=root uuid=${goldenUuids.root}`;

/** The line of [mounts] for the root. */
export const rootMount = (type: RootType = 'ext4') =>
  `UUID=${goldenUuids.root} / ${type} ${type.startsWith('ext') ? 'errors=remount-ro' : 'defaults'} 0 1`;

/** GPT with one filesystem and what one kind of firmware needs; the other kind finds something missing. */
export const gptFor = (firmware: 'bios' | 'uefi', root: RootType): TreeLayout => ({
  text: `
[disk /dev/sda]
label: gpt
${firmware === 'bios' ? '1 : size=1MiB, type="BIOS boot"' : '1 : size=64MiB, type=uefi'}
2 : min=500MiB, type=linux
[filesystems]
${firmware === 'bios' ? '' : `/dev/sda1 vfat label=EFI uuid=${goldenUuids.efi}`}
${rootLine('/dev/sda2', root)}
[mounts]
${rootMount(root)}
${firmware === 'bios' ? '' : `UUID=${goldenUuids.efi} /boot/efi vfat umask=0077 0 1`}
`,
  parts: [{ disk: 0, number: 2, type: root, dir: '' }],
});

/** MBR with an extended partition: the root on a primary one, swap and /home on logical ones. */
export const mbrWithLogical = (root: RootType): TreeLayout => ({
  text: `
[disk /dev/sda]
label: dos
1 : min=500MiB, type=linux, bootable
2 : size=400MiB, type=extended
5 : size=128MiB, type=swap
6 : size=200MiB, type=linux
[filesystems]
${rootLine('/dev/sda1', root)}
/dev/sda5 swap uuid=${goldenUuids.swap}
/dev/sda6 ext4 label=home
[mounts]
${rootMount(root)}
UUID=${goldenUuids.swap} none swap sw 0 0
LABEL=home /home ext4 defaults 0 2
`,
  parts: [
    { disk: 0, number: 1, type: root, dir: '' },
    { disk: 0, number: 6, type: 'ext4', dir: 'home' },
  ],
});

/** The same layout with a second disk that holds /srv. */
export const withSrvDisk = ({ text, parts }: TreeLayout): TreeLayout => ({
  text: text
    .replace(
      '[filesystems]',
      '[disk /dev/sdb]\nlabel: gpt\n1 : min=200MiB, type=linux\n[filesystems]\n/dev/sdb1 ext4 label=srv',
    )
    .replace('[mounts]', '[mounts]\nLABEL=srv /srv ext4 defaults 0 2'),
  parts: [...parts, { disk: 1, number: 1, type: 'ext4', dir: 'srv' }],
});
