import { noUdev } from '../../install/layout/volume-steps.ts';
import type { Exit, Io } from '../../common/system/io.ts';
import type { Watch } from './backoff.ts';
import type { BlkidFacts } from '../../machine/blkid.ts';
import { probeBlockDevices, probeContents } from './block-devices.ts';

/** Names that LVM itself accepts (lvm(8), VALID NAMES); such a name becomes part of LVM's configuration text here. */
const groupName = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/;

/**
 * Starts md arrays and LVM volume groups while `work` runs, and stops them again, so that the disks are free for the layout; read-only,
 * so that nothing is written to their metadata, unless `work` writes. Says that a tool is missing, and goes on without it.
 */
export async function withVolumes(
  io: Io,
  contents: readonly BlkidFacts[],
  say: Watch['say'],
  work: () => Promise<unknown>,
  how: 'read' | 'write' = 'read',
): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  const tool = async (...argv: [string, ...string[]]): Promise<Exit | undefined> => {
    try {
      const exit = await io.run({ argv, env: noUdev, limitMs: 60_000 });
      if (exit.code !== 0) say(`${argv.slice(0, 2).join(' ')}: ${exit.stderr.trim().split('\n').at(-1) ?? 'failed'}`);
      return exit;
    } catch {
      say(`${argv[0]} is not in this BOEL: volumes that need ${argv[0]} are not looked at`);
      return undefined;
    }
  };
  const has = (list: readonly BlkidFacts[], type: string) => list.some((content) => content.type === type);
  try {
    let all = [...contents];
    const isRaid = /^(linux_raid|isw_raid|ddf_raid)_member$/;
    if (contents.some(({ type }) => isRaid.test(type))) {
      const before = new Set((await probeBlockDevices(io)).map((device) => device.name));
      await tool('mdadm', '--assemble', '--scan', ...(how === 'read' ? ['--readonly'] : []));
      const arrays = (await probeBlockDevices(io)).filter((one) => one.name.startsWith('md') && !before.has(one.name));
      // Stops containers and arrays on arrays in reverse order; partitions of an array are no arrays.
      for (const { name, node } of arrays) if (/^md\d+$/.test(name)) undo.unshift(() => tool('mdadm', '--stop', node));
      all = [...all, ...(await probeContents(io, arrays))];
    }
    if (has(all, 'LVM2_member')) {
      const groups = await volumeGroups(tool);
      const config = lvmConfig(groups, how);
      if (groups.length > 0) {
        undo.unshift(() => tool('lvm', 'vgchange', '--config', config, '-an', ...groups));
        await tool('lvm', 'vgchange', '--config', config, '-ay', '--noudevsync', ...groups);
        await tool('lvm', 'vgmknodes', '--config', config);
      }
    }
    if (undo.length > 0) await work();
  } finally {
    for (const back of undo) await back();
  }
}

async function volumeGroups(tool: (...argv: [string, ...string[]]) => Promise<Exit | undefined>): Promise<string[]> {
  const exit = await tool('lvm', 'vgs', '--config', lvmConfig([], 'read'), '--noheadings', '-o', 'vg_name');
  return (exit?.stdout ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((name) => groupName.test(name));
}

/** lvm.conf(5): no metadata is written; to read, every volume of these groups is started read-only. */
function lvmConfig(groups: readonly string[], how: 'read' | 'write'): string {
  const list = how === 'read' ? groups.map((name) => `"${name}"`).join(',') : '';
  return [
    'global{metadata_read_only=1 use_lvmpolld=0}',
    `activation{monitoring=0 udev_sync=0 udev_rules=0${list ? ` read_only_volume_list=[${list}]` : ''}}`,
    'backup{backup=0 archive=0}',
  ].join(' ');
}
