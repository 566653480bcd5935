import type { DiskWish, Layout } from '../../common/model/layout.ts';
import { parseTable } from '../../common/model/layout/parse.ts';
import type { Machine } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { findFilesystem } from '../filesystems/index.ts';
import { type BlkidFacts, parseBlkid } from '../../machine/blkid.ts';
import type { KeptFacts } from './kept.ts';

/** Which filesystems of a layout this kernel cannot mount; their drivers are loaded, as mount(8) would do it later. */
export async function probeUnmountable(io: ReadIo, layout: Layout): Promise<string[]> {
  const made = layout.filesystems.flatMap((one) => findFilesystem(one.type)?.name ?? []);
  const wished = [...new Set(made)].filter((name) => name !== 'swap');
  const unknown = async (names: readonly string[]) => {
    // proc_filesystems(5): a name at the end of each line.
    const lines = (await io.readText('/proc/filesystems'))?.split('\n');
    return lines ? names.filter((name) => !lines.some((line) => line.endsWith(`\t${name}`))) : [];
  };
  const toLoad = await unknown(wished);
  if (toLoad.length === 0) return [];
  await io.run({ argv: ['modprobe', '-a', '-b', '-q', '--', ...toLoad.map((name) => `fs-${name}`)] });
  return unknown(toLoad);
}

/** What disks hold, if a layout keeps a partition. No disk is refused here, because the disks of the layout are not known yet. */
export async function probeKept(io: ReadIo, layout: Layout, machine: Machine): Promise<Record<string, KeptFacts>> {
  if (!layout.disks.some((disk) => disk.parts.some((part) => part.keep))) return {};
  const kept: Record<string, KeptFacts> = {};
  for (const disk of machine.disks.filter((one) => one.parts.length > 0)) {
    const table = await readTable(io, disk.node);
    if ('problem' in table) {
      kept[disk.node] = table;
      continue;
    }
    const nodes = disk.parts.map((part) => part.node);
    kept[disk.node] = { table, contents: await probeContents(io, nodes) };
  }
  return kept;
}

async function readTable(io: ReadIo, node: string): Promise<DiskWish | { problem: string }> {
  const dump = await io.run({ argv: ['sfdisk', '--dump', node] });
  if (dump.code !== 0) return { problem: dump.stderr.trim() };
  try {
    return parseTable(node, dump.stdout);
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

/** The contents that blkid(8) finds by its own probing, by node. */
async function probeContents(io: ReadIo, nodes: readonly string[]): Promise<Record<string, BlkidFacts>> {
  const { stdout } = await io.run({ argv: ['blkid', '-p', '-o', 'export', ...nodes] });
  return Object.fromEntries(parseBlkid(stdout).map((facts) => [facts.node, facts]));
}
