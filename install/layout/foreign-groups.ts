import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import type { UseFacts } from '../../machine/use.ts';
import { noUdev } from './volume-steps.ts';

/** A physical volume of this machine, and its group. */
export type GroupHere = { group: string; device: string };

/** Every volume group that LVM finds on this machine's disks; does not ask LVM if the layout has no volume group. */
export async function probeGroups(io: ReadIo, target: Pick<Target, 'volumes'>): Promise<GroupHere[]> {
  if (!Object.values(target.volumes).some((volume) => volume.kind === 'lv')) return [];
  const argv = ['lvm', 'pvs', '--noheadings', '--separator', '|', '--options', 'vg_name,pv_name'] as const;
  // An error of LVM about a broken group must not stop an installation that wipes the group.
  const { stdout } = await io.run({ argv, env: noUdev });
  return stdout.split('\n').flatMap((line) => {
    const [group = '', device = ''] = line.trim().split('|');
    return group !== '' && device.startsWith('/dev/') ? [{ group, device }] : [];
  });
}

/** Refuses early: vgcreate(8) would refuse the name of a group on another disk only after the layout's disks were written. */
export function refuseForeignGroups(
  groups: readonly GroupHere[],
  disks: Record<string, { disk: DiskFacts | undefined; use: UseFacts }>,
  target: Target,
): void {
  const names = new Set(Object.values(target.volumes).flatMap((volume) => volume.group ?? []));
  const wiped = new Set(
    Object.values(disks).flatMap(({ disk, use }) => [
      ...(disk ? [disk.node, ...disk.parts.map((part) => part.node)] : []),
      ...use.holders.map((one) => (one.kind === 'md' ? `/dev/${one.name}` : `/dev/mapper/${one.dmName}`)),
    ]),
  );
  const clash = groups.find(({ group, device }) => names.has(group) && !wiped.has(device));
  if (clash)
    throw new UserError(
      `this machine has a volume group ${clash.group} on ${clash.device}, which is on no disk of the layout`,
      `Give the group of the script another name (in [filesystems] and [mounts] too), or rename the group of this machine: lvm vgrename ${clash.group} NAME. Nothing was written.`,
    );
}
