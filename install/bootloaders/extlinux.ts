import type { PartState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { chrootEnv, chrootLimitMs, inChroot } from '../chroot/in-chroot.ts';
import { mountOf } from '../target/places.ts';
import { extlinuxConfig } from '../boot-files/extlinux-config.ts';
import type { Bootloader } from './bootloader.ts';
import { startsByGrub } from '../boot-files/grub-names.ts';

export type ExtlinuxFacts = {
  /** The folder of the configuration, and of extlinux's own files. */
  folder: AbsPath;
  /** The code for the disk's first sector, by partition table. */
  mbr: Record<'gpt' | 'dos', AbsPath | undefined>;
};

/** Alpine, Red Hat and SUSE; Debian's extlinux and syslinux-common; Arch. */
const mbrFolders: AbsPath[] = [
  '/usr/share/syslinux',
  '/usr/lib/EXTLINUX',
  '/usr/lib/syslinux/mbr',
  '/usr/lib/syslinux/bios',
];
/** Filesystems that can hold ldlinux.sys: extlinux(1). */
const filesystems = ['ext2', 'ext3', 'ext4', 'vfat', 'btrfs', 'xfs'];
/** The size of the code in the first sector, before the disk's signature and the partition table. */
const mbrBytes = 440;

/** extlinux, also called syslinux: Alpine's loader for a BIOS, installed by the image's own program. */
export const extlinux: Bootloader<ExtlinuxFacts> = {
  name: 'extlinux',
  needs: { programs: { '/sbin/sfdisk': 'fdisk' }, modules: [] },

  async probe(io, root) {
    const tree = inside(io, root);
    const config = await extlinuxConfig(tree);
    if (config === undefined || (await startsByGrub(tree))) return undefined;
    return {
      folder: under(config, '..'),
      mbr: { gpt: await mbrOf(tree, 'gpt'), dos: await mbrOf(tree, 'dos') },
    };
  },

  plan({ folder, mbr }, root, target) {
    if (target.firmware === 'uefi')
      throw new UserError(
        'the image starts by extlinux, which is for BIOS machines, and this machine starts by UEFI',
        'Switch the firmware of this machine to BIOS (CSM), or install grub on the golden client and capture the image again.',
      );
    const { part, disk } = placeOf(folder, target);
    const code = mbr[disk.label];
    if (code === undefined)
      throw new UserError(
        `the image has no ${mbrNames[disk.label]}, which starts extlinux from a disk`,
        'Install the syslinux package of its distribution on the golden client, and capture the image again.',
      );
    const install: Step = {
      why: `Put extlinux into ${folder}`,
      kind: 'run',
      argv: ['extlinux', '--install', folder],
      chroot: root,
      env: chrootEnv,
      limitMs: chrootLimitMs,
      writes: [{ root, path: folder }],
    };
    return [
      inChroot(root, 'Install extlinux with the image’s own tools', [install]),
      {
        why: `Write the boot code of extlinux to ${disk.node}`,
        kind: 'run',
        argv: ['dd', `of=${disk.node}`, `bs=${mbrBytes}`, 'count=1', 'conv=notrunc,fsync'],
        stdin: { root, path: code },
      },
      ...activate(part, disk),
    ];
  },
};

const mbrNames = { gpt: 'gptmbr.bin', dos: 'mbr.bin' };

async function mbrOf(tree: Inside, label: 'gpt' | 'dos'): Promise<AbsPath | undefined> {
  return tree.firstOf(mbrFolders.map((folder) => under(folder, mbrNames[label])));
}

function placeOf(folder: AbsPath, target: Target): { part: PartState; disk: Target['disks'][string] } {
  const device = mountOf(target, folder)?.device ?? '';
  const part = target.parts[device];
  const disk = part && target.disks[part.disk];
  const type = target.filesystems.find((one) => one.device === device)?.type;
  if (!part || !disk || type === undefined || !filesystems.includes(type))
    throw new UserError(
      `extlinux cannot start from ${folder} on ${device || 'no device'} (${type ?? 'no filesystem'})`,
      `Give /boot a partition of its own, with one of ${filesystems.join(', ')}.`,
    );
  if (disk.label === 'dos' && part.number > 4)
    throw new UserError(
      `${folder} lies on ${part.node}, a logical partition, which extlinux’s mbr.bin cannot start`,
      'Give the layout a primary partition for /boot.',
    );
  return { part, disk };
}

/** The code in the first sector starts the one partition that is marked as bootable. */
function activate({ number, bootable, attrs }: PartState, { node, label }: Target['disks'][string]): Step[] {
  const legacy = 'LegacyBIOSBootable';
  const isMarked = label === 'dos' ? bootable : attrs.split(/[\s,]+/).includes(legacy);
  if (isMarked) return [];
  const options =
    label === 'dos'
      ? ['--activate', node, String(number)]
      : ['--part-attrs', node, String(number), [attrs, legacy].filter(Boolean).join(',')];
  return [
    {
      why: `Mark partition ${number} of ${node} as active`,
      kind: 'run',
      argv: ['sfdisk', '--no-reread', '--no-tell-kernel', ...options],
    },
  ];
}
