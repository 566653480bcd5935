import { z } from 'zod';
import { Flag, withPath } from '../../common/model/storage.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { askRaw } from './ask.ts';

/** A block device, as lsblk(8) tells it. */
const Device = z.looseObject({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  fstype: z.string().nullish(),
  label: z.string().nullish(),
  uuid: z.string().nullish(),
  'maj:min': z.string().nullish(),
  size: z.coerce.number(),
  rm: Flag,
});
export type Device = z.infer<typeof Device> & { children?: Device[] | undefined };
const Nested: z.ZodType<Device> = z.preprocess(
  withPath,
  Device.extend({
    get children() {
      return z.array(Nested).optional();
    },
  }),
);

const columns =
  'NAME,KNAME,PATH,MAJ:MIN,TYPE,FSTYPE,FSVER,LABEL,UUID,PARTUUID,PARTLABEL,PARTTYPE,SIZE,LOG-SEC,RM,TRAN,SERIAL,WWN';

/** Old versions of lsblk(8) lack some of the columns; each names the first that it does not know. */
async function lsblk(io: ReadIo, wanted: readonly string[]): Promise<string> {
  const exit = await askRaw(io, ['lsblk', '--json', '--bytes', '--paths', '--output', wanted.join(',')]);
  if (exit.code === 0) return exit.stdout;
  const [, unknown] = /unknown column: ([A-Z:-]+)/.exec(exit.stderr) ?? [];
  if (unknown === undefined || !wanted.includes(unknown)) throw programFailed(exit, 'Read the disks of this machine');
  return lsblk(
    io,
    wanted.filter((one) => one !== unknown),
  );
}

/** A tree of devices as a list. */
export const flatten = (nodes: readonly Device[]): Device[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children ?? [])]);

/** All of them, as a tree. */
export async function readDevices(io: ReadIo): Promise<Device[]> {
  const text = await lsblk(io, columns.split(','));
  return z.object({ blockdevices: z.array(Nested) }).parse(JSON.parse(text)).blockdevices;
}

/** A disk's partition table, as `sfdisk --dump` prints it. */
export type DiskDump = { name: string; dump: string };

/** sfdisk(8) ends with 1 for a disk without partition table, as one that is a physical volume as a whole. */
export async function readDumps(io: ReadIo, disks: readonly Device[]): Promise<DiskDump[]> {
  const dumps: DiskDump[] = [];
  for (const { path } of disks) {
    const exit = await askRaw(io, ['sfdisk', '--dump', path]);
    if (exit.code === 0) dumps.push({ name: path, dump: exit.stdout });
    else if (!/does not contain a recognized partition table|unrecognized partition table type/.test(exit.stderr))
      throw programFailed(exit, `Read the partition table of ${path}`);
  }
  return dumps;
}

/** True for what stands on an excluded disk, whatever lies between. */
export function isExcluded(device: string, devices: readonly Device[], excluded: readonly string[]): boolean {
  return devices.some((disk) => excluded.includes(disk.path) && flatten([disk]).some((one) => one.path === device));
}
