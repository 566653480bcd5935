import { partType } from '../../common/model/layout/part-type.ts';
import type { PartState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { disksOf, partsBelow } from '../target/places.ts';
import type { EspPart } from './efi-entries.ts';

const isOfType = (part: PartState, target: Target, name: 'uefi' | 'bios boot') => {
  const label = target.disks[part.disk]?.label;
  return label !== undefined && part.type.toUpperCase() === partType(name, label);
};

/**
 * The disks that a BIOS starts `dir` from: it reads grub from sectors before the first partition (dos) or from a BIOS boot
 * partition (gpt). A further disk of a volume group may lack a BIOS boot partition.
 */
export function biosDisks(target: Target, dir: string): ReturnType<typeof disksOf> {
  const disks = disksOf(target, dir);
  if (disks.length === 0)
    throw new UserError(`no disk of the layout holds ${dir}`, 'Give [mounts] a line for / or /boot.');
  const hasPlace = (name: string) =>
    Object.values(target.parts).some((part) => part.disk === name && isOfType(part, target, 'bios boot'));
  const able = disks.filter((disk) => disk.label === 'dos' || hasPlace(disk.name));
  if (able.length > 0) return able;
  throw new UserError(
    `${disks[0]?.node} has a GPT and no BIOS boot partition: this machine’s BIOS could not start it`,
    'Give the layout a line such as `1 : size=1MiB, type="BIOS boot"`.',
  );
}

/** The EFI system partitions that are mounted; a mirror of them has several. */
export function espParts(target: Target): EspPart[] {
  return espMounts(target).flatMap(({ device = '' }) =>
    partsBelow(target, device).flatMap((part) => {
      const disk = target.disks[part.disk];
      if (!disk) return [];
      return {
        disk: disk.node,
        number: part.number,
        label: disk.label,
        signature: disk.label === 'gpt' ? part.partuuid : disk.labelId.replace(/^0x/, ''),
        startSector: part.startBytes / disk.sectorBytes,
        sectors: part.sizeBytes / disk.sectorBytes,
      };
    }),
  );
}

/** Where EFI system partitions are mounted in the installed machine: one, and those that the layout has for further disks. */
export function espDirs(target: Target): [AbsPath, ...AbsPath[]] {
  const [first, ...others] = espMounts(target);
  if (first) return [first.dir as AbsPath, ...others.map((mount) => mount.dir as AbsPath)];
  const found = Object.entries(target.parts).find(([, part]) => isOfType(part, target, 'uefi'));
  if (!found)
    throw new UserError(
      'this machine starts by UEFI, and no disk of the layout has an EFI system partition',
      'Give the layout a line such as `2 : size=512MiB, type=uefi`, with a vfat filesystem on /boot/efi.',
    );
  const [device, { node }] = found;
  throw new UserError(
    `the EFI system partition ${node} is mounted nowhere`,
    `Give [mounts] a line such as \`${device} /boot/efi vfat umask=0077 0 1\`.`,
  );
}

/** Mounts of EFI system partitions or of mirrors: the firmware sees a FAT in each half of a mirror with metadata at its end. */
function espMounts(target: Target): Target['mounts'] {
  const mounts = target.mounts.filter(({ device, node }) => {
    const below = device === undefined || node === undefined ? [] : partsBelow(target, device);
    return below.length > 0 && below.every((part) => isOfType(part, target, 'uefi'));
  });
  for (const { device = '' } of mounts) {
    const { kind, options } = target.volumes[device] ?? {};
    if (kind === 'raid' && !(options?.level === '1' && ['0.90', '1.0'].includes(options.metadata ?? '')))
      throw new UserError(
        `the EFI system partition is ${device}, whose members no firmware can read as they are`,
        `Give [raid ${device}] level=1 and metadata=1.0: each half is a whole filesystem then.`,
      );
  }
  return mounts;
}
