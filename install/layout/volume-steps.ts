import type { Target, VolumeState } from '../../common/model/target.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Device, Step } from '../../common/system/step.ts';
import { defaultChunkBytes, extentBytes, pvDataOffset, raidDataOffset } from './volumes.ts';

/** mdadm and device-mapper would wait for udev, which BOEL does not have (mdadm(8), dmsetup(8)). */
export const noUdev = { MDADM_NO_UDEV: '1', DM_DISABLE_UDEV: '1' };

const KiB = 1024;
/** The kernel shows an array or volume at once; this is for slow machines. */
const showLimitMs = 20_000;

/** Makes the arrays, and then the volume groups with their volumes, on partitions that are there. */
export function volumeSteps(target: Target): Step[] {
  const volumes = Object.entries(target.volumes);
  const nodeOf = (name: string): AbsPath => (target.parts[name] ?? target.volumes[name])?.node ?? '/dev/null';
  const groups = new Map<string, VolumeState>();
  for (const [, volume] of volumes) if (volume.group !== undefined) groups.set(volume.group, volume);
  return [
    ...volumes.filter(([, volume]) => volume.kind === 'raid').flatMap(([name, raid]) => raidSteps(name, raid, nodeOf)),
    ...[...groups].flatMap(([group, { members }]) => groupSteps(group, members, nodeOf)),
    ...volumes.filter(([, volume]) => volume.kind === 'lv').flatMap(([name, volume]) => volumeStepsOf(name, volume)),
  ];
}

function raidSteps(name: string, raid: VolumeState, nodeOf: (name: string) => AbsPath): Step[] {
  const { level = '1', metadata = '1.2', chunk = String(defaultChunkBytes), layout, spares = '0' } = raid.options;
  const members = raid.members.length - Number(spares);
  const isStriped = level !== '1' && level !== 'linear';
  // The older formats have their superblock at the end.
  const offset = ['1.1', '1.2'].includes(metadata) ? [`--data-offset=${raidDataOffset / KiB}K`] : [];
  return [
    {
      kind: 'run',
      why: `Make ${name} of ${raid.members.map(nodeOf).join(', ')} (level ${level})`,
      argv: [
        'mdadm',
        '--create',
        raid.node,
        '--run',
        `--level=${level}`,
        `--raid-devices=${members}`,
        ...(spares === '0' ? [] : [`--spare-devices=${spares}`]),
        // A mirror of one device has room for more devices.
        ...(members === 1 ? ['--force'] : []),
        ...(isStriped ? [`--chunk=${Number(chunk) / KiB}`] : []),
        ...(layout === undefined ? [] : [`--layout=${layout}`]),
        ...(['0', 'linear'].includes(level) ? [] : ['--bitmap=internal']),
        `--metadata=${metadata}`,
        // BOEL's own name is not the machine's; without one, an array that mdadm.conf misses would become /dev/md127.
        ...(metadata === '0.90' ? [] : ['--homehost=any']),
        ...offset,
        `--uuid=${raid.uuid}`,
        ...raid.members.map(nodeOf),
      ],
      env: noUdev,
      destroys: devices(raid.members, nodeOf),
    },
    waitFor(raid.node),
  ];
}

function groupSteps(group: string, members: readonly string[], nodeOf: (name: string) => AbsPath): Step[] {
  const nodes = members.map(nodeOf);
  return [
    {
      kind: 'run',
      why: `Make ${nodes.join(', ')} physical volumes`,
      argv: ['lvm', 'pvcreate', '-ff', '--yes', '--dataalignment', `${pvDataOffset}b`, ...nodes],
      env: noUdev,
      destroys: devices(members, nodeOf),
    },
    {
      kind: 'run',
      why: `Make the volume group ${group}`,
      argv: ['lvm', 'vgcreate', '--physicalextentsize', `${extentBytes}b`, group, ...nodes],
      env: noUdev,
    },
  ];
}

function volumeStepsOf(name: string, volume: VolumeState): Step[] {
  const group = volume.group ?? '';
  const short = name.split('/').at(-1) ?? name;
  return [
    {
      kind: 'run',
      why: `Make the logical volume ${name}`,
      argv: [
        'lvm',
        'lvcreate',
        '--yes',
        '--wipesignatures',
        'y',
        '--extents',
        String(volume.sizeBytes / extentBytes),
        '--name',
        short,
        group,
      ],
      env: noUdev,
    },
    waitFor(volume.node),
  ];
}

const devices = (members: readonly string[], nodeOf: (name: string) => AbsPath): Device[] =>
  members.map((name) => ({ name, node: nodeOf(name) }));

const waitFor = (node: AbsPath): Step => ({
  kind: 'wait',
  why: `Wait for ${node}`,
  for: { kind: 'file', at: node },
  limitMs: showLimitMs,
  hint: 'The kernel may lack the driver (md_mod, raid1, dm_mod); see dmesg.',
});
