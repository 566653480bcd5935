import { probeGroups } from '../../install/layout/foreign-groups.ts';
import { type PartitionFacts, planPartition } from '../../install/layout/plan-partition.ts';
import { probeDisksAt } from '../../machine/disks.ts';
import { probeUse } from '../../machine/use.ts';
import type { Verb } from './verb.ts';

/** Writes the partition tables that `layout` planned, and makes the arrays and logical volumes on them. */
export const partition: Verb<PartitionFacts> = {
  name: 'partition',
  summary: 'write the partition tables of the layout; all data on these disks is lost, except kept partitions',
  declare: (command) => command,
  wipesDisks: true,
  needs: {
    programs: {
      '/sbin/sfdisk': 'fdisk',
      '/sbin/wipefs': 'util-linux',
      '/sbin/blockdev': 'util-linux',
      '/sbin/mdadm': 'mdadm',
      '/sbin/dmsetup': 'dmsetup',
      '/sbin/lvm': 'lvm2',
    },
    modules: ['md_mod', 'raid0', 'raid1', 'raid10', 'raid456', 'dm_mod'],
    kernel: ['BLK_DEV_MD', 'MD_RAID0', 'MD_RAID1', 'MD_RAID10', 'MD_RAID456', 'BLK_DEV_DM'],
  },
  async probe({ io, state }) {
    const nodes = Object.values(state.disks).map((disk) => disk.node);
    const here = await probeDisksAt(io, nodes);
    const disks: PartitionFacts['disks'] = {};
    for (const [name, { node }] of Object.entries(state.disks))
      disks[name] = { disk: here.find((disk) => disk.node === node), use: await probeUse(io, node) };
    return { disks, groups: await probeGroups(io, state) };
  },
  plan: (facts, state) => ({ steps: planPartition(facts, state) }),
};
