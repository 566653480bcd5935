import { blockName, blockNode } from '../common/model/device-names.ts';
import { isMemory } from '../common/model/disk-origin.ts';
import type { ReadIo } from '../common/system/io.ts';
import { type MountFacts, parseMountinfo } from '../common/system/mountinfo.ts';
import { readField } from '../common/system/octal.ts';
import { type AbsPath, under } from '../common/system/place.ts';

/** What uses a disk, its partitions, or an array or volume on them. */
export type UseFacts = {
  mounts: MountFacts[];
  /** Nodes of active swap areas. */
  swaps: string[];
  /** Arrays and device-mapper devices that stand on the disk, the uppermost first. */
  holders: { name: string; kind: 'md' | 'dm'; dmName: string }[];
};

/** Everything that is mounted here. */
export async function probeMounts(io: ReadIo): Promise<MountFacts[]> {
  return parseMountinfo((await io.readText('/proc/self/mountinfo')) ?? '');
}

/** Nodes of active swap areas on disks (proc_swaps(5)); zram is left out, because its swap area lies in memory. */
export async function probeSwaps(io: ReadIo): Promise<string[]> {
  const lines = ((await io.readText('/proc/swaps')) ?? '').split('\n').slice(1);
  return lines.map((line) => readField(line.split(/\s/)[0] ?? '')).filter((node) => node !== '' && !isMemory(node));
}

/** What uses the disk with this node. */
export async function probeUse(io: ReadIo, node: string): Promise<UseFacts> {
  const disk = blockName(node);
  const dir: AbsPath = '/sys/class/block';
  const parts = ((await io.list(under(dir, disk))) ?? []).filter((name) => name.startsWith(disk));
  const holders: string[] = [];
  const climb = async (name: string) => {
    for (const holder of (await io.list(under(dir, name, 'holders'))) ?? []) {
      await climb(holder);
      if (!holders.includes(holder)) holders.push(holder);
    }
  };
  for (const name of [disk, ...parts]) await climb(name);
  const names = [disk, ...parts, ...holders];
  const devnos = await Promise.all(names.map(async (name) => (await io.readText(under(dir, name, 'dev')))?.trim()));
  const dmName = async (name: string) => (await io.readText(under(dir, name, 'dm', 'name')))?.trim() ?? '';
  const found = await Promise.all(
    holders.map(async (name) => ({
      name,
      kind: name.startsWith('dm-') ? ('dm' as const) : ('md' as const),
      dmName: await dmName(name),
    })),
  );
  const nodes: string[] = [...names.map(blockNode), ...found.map((one) => `/dev/mapper/${one.dmName}`)];
  return {
    // btrfs shows a device number of its own, so the source counts as well.
    mounts: (await probeMounts(io)).filter((mount) => devnos.includes(mount.devno) || nodes.includes(mount.source)),
    swaps: (await probeSwaps(io)).filter((swap) => nodes.includes(swap)),
    holders: found,
  };
}
