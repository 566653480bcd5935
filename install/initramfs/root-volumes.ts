import type { Target, VolumeState } from '../../common/model/target.ts';
import type { InitramfsContent } from './read-initramfs.ts';
import { mountOf } from '../target/places.ts';

/** md levels by the name of their module: drivers/md/Makefile of the kernel. */
const levelModules: Record<string, string> = {
  '0': 'raid0',
  '1': 'raid1',
  '4': 'raid456',
  '5': 'raid456',
  '6': 'raid456',
  '10': 'raid10',
  linear: 'linear',
};

/** The arrays and logical volumes that / and /usr lie on, by their names in the script. */
export function rootVolumes(target: Pick<Target, 'mounts' | 'volumes'>): Record<string, VolumeState> {
  const found: Record<string, VolumeState> = {};
  const visit = (device: string | undefined) => {
    const volume = device === undefined ? undefined : target.volumes[device];
    if (device === undefined || !volume) return;
    found[device] = volume;
    volume.members.forEach(visit);
  };
  for (const dir of ['/', '/usr']) visit(mountOf(target, dir)?.device);
  return found;
}

/** The kernel module that drives a volume. */
export function volumeModule({ kind, options }: VolumeState): string {
  return kind === 'lv' ? 'dm_mod' : (levelModules[options.level ?? ''] ?? 'md_mod');
}

/** The programs that start such volumes, and the package that brings each on most distributions. */
export function volumePrograms(volumes: readonly VolumeState[]): { program: string; package: string }[] {
  return [
    ...(volumes.some((one) => one.kind === 'raid') ? [{ program: 'mdadm', package: 'mdadm' }] : []),
    ...(volumes.some((one) => one.kind === 'lv') ? [{ program: 'lvm', package: 'lvm2' }] : []),
  ];
}

/** An array's UUID in one notation: mdadm(8), blkid(8) and the kernel's command line part its digits differently. */
const plain = (uuid: string) => uuid.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();

/**
 * Why an initramfs cannot start these volumes, as the end of a sentence about the initramfs; undefined if it can. An
 * initramfs that lists arrays may start no others (mdadm.conf(5), rd.md.uuid= of dracut.cmdline(7)).
 */
export function volumesAmiss(
  content: Pick<InitramfsContent, 'names' | 'texts'>,
  volumes: readonly VolumeState[],
): string | undefined {
  const lacking = volumePrograms(volumes).find(
    ({ program }) => !content.names.some((name) => new RegExp(`(^|/)s?bin/${program}$`).test(name)),
  );
  if (lacking) return `lacks ${lacking.program}, which starts the volumes of its root`;
  // With this file LVM uses only the golden client's disks (lvmdevices(8)); `host` removes the file from the target.
  if (
    volumes.some((one) => one.kind === 'lv') &&
    content.names.some((name) => /(^|\/)etc\/lvm\/devices\/system\.devices$/.test(name))
  )
    return 'lists the golden client’s disks to LVM';
  const listed = Object.values(content.texts).flatMap((text) =>
    [...text.matchAll(/^[ \t]*ARRAY\s.*\buuid=([0-9a-f:]{32,36})|\brd\.md\.uuid=([0-9a-f:-]{32,36})/gim)].map((match) =>
      plain(match[1] ?? match[2] ?? ''),
    ),
  );
  const own = volumes.filter((one) => one.kind === 'raid').map((one) => plain(one.uuid));
  if (listed.length === 0 || own.every((uuid) => listed.includes(uuid))) return undefined;
  return 'names other arrays than those of its root';
}
