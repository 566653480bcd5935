import { blockName } from '../../common/model/device-names.ts';
import { originOf } from '../../common/model/disk-origin.ts';
import { unhex } from '../../common/model/layout/words.ts';
import { BlockDevices, flattenDevices, type NestedDevice } from '../../common/model/storage.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Exit, ReadIo } from '../../common/system/io.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { probeTraits } from '../../machine/disk-traits.ts';
import { askRaw, readJson } from './ask.ts';

export type Device = NestedDevice;

const columns =
  'NAME,KNAME,PATH,MAJ:MIN,TYPE,FSTYPE,FSVER,LABEL,UUID,PARTUUID,PARTLABEL,PARTTYPE,SIZE,LOG-SEC,RM,TRAN,MODEL,SERIAL,WWN';

/** Old versions of lsblk(8) lack some columns and name the first unknown column, so lsblk is asked again without it. */
async function lsblk(io: ReadIo, wanted: readonly string[]): Promise<Exit> {
  const exit = await askRaw(io, ['lsblk', '--json', '--bytes', '--paths', '--output', wanted.join(',')]);
  const [, unknown] = /unknown column: ([A-Z:-]+)/.exec(exit.stderr) ?? [];
  if (exit.code === 0 || unknown === undefined || !wanted.includes(unknown)) return exit;
  return lsblk(
    io,
    wanted.filter((one) => one !== unknown),
  );
}

/** Old versions of lsblk write unprintable bytes of a label as \xNN, an escape that JSON does not have. */
function readTree(text: string): Device[] | undefined {
  const hex = (_: string, value: unknown) => (typeof value === 'string' ? unhex(value) : value);
  const tree = readJson(text) ?? readJson(text.replaceAll(/\\x(?=[0-9a-f]{2})/gi, '\\\\x'), hex);
  return BlockDevices.safeParse(tree).data?.blockdevices;
}

/** A tree of devices as a list. */
export const flatten = (nodes: readonly Device[]): Device[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children ?? [])]);

/** All devices, as a tree, with the traits that /sys tells of each disk. */
export async function readDevices(io: ReadIo): Promise<Device[]> {
  const exit = await lsblk(io, columns.split(','));
  if (exit.code !== 0 && /(unrecognized|invalid|unknown) option/.test(exit.stderr))
    throw new UserError(
      'the lsblk of this machine is too old: it does not know --json',
      'prepareclient needs util-linux 2.27 or newer (lsblk --version). Without a newer util-linux, take the image from a newer system on the same disks, or write the autoinstall script by hand: docs/layout.md.',
    );
  // If a device disappears meanwhile, lsblk ends with an error but still lists the other devices.
  const devices = readTree(exit.stdout);
  if (!devices || (exit.code !== 0 && devices.length === 0))
    throw programFailed(exit, 'Read the disks of this machine', 'lsblk printed no JSON with a list of disks.');
  return Promise.all(
    devices.map(async (one) => {
      const name = blockName(one.kname ?? one.path);
      return one.type === 'disk' ? { ...one, traits: await probeTraits(io, name) } : one;
    }),
  );
}

/** A disk's partition table, as `sfdisk --dump` prints it. */
export type DiskDump = { name: string; dump: string };

/** A disk or volume that the image leaves out, and the reason. */
export type LeftOut = { device: string; why: string };

/** Chooses the disks that an image records; `holds` says whether a disk holds something that the machine needs. */
export function chooseDisks(
  devices: readonly Device[],
  holds: (disk: Device) => boolean,
): { disks: Device[]; leftOut: LeftOut[] } {
  const flat = flattenDevices({ lsblk: { blockdevices: [...devices] } });
  const disks: Device[] = [];
  const leftOut: LeftOut[] = [];
  for (const disk of devices) {
    const one = flat.find(({ path }) => path === disk.path);
    const origin = one && originOf(one, flat);
    if (!origin) continue;
    if (origin.kind === 'own' || holds(disk)) disks.push(disk);
    else leftOut.push({ device: disk.path, why: origin.why });
  }
  return { disks, leftOut };
}

/** The hint after a tool failed on a disk. */
export const excludeHint = (disk: string) =>
  `Where the image shall know nothing of this disk, say --exclude-disk ${disk}.`;

/** sfdisk(8) ends with 1 for a disk without a partition table, for example a disk that is one physical volume. */
const noTable = /does not contain a recognized partition table|unrecognized partition table type/;

/** Reads partition tables; a disk with an unreadable table is left out if nothing on the disk is in use. */
export async function readDumps(
  io: ReadIo,
  disks: readonly Device[],
  isUsed: (disk: Device) => boolean,
): Promise<{ dumps: DiskDump[]; leftOut: LeftOut[] }> {
  const dumps: DiskDump[] = [];
  const leftOut: LeftOut[] = [];
  for (const disk of disks) {
    const exit = await askRaw(io, ['sfdisk', '--dump', disk.path]);
    if (exit.code === 0) dumps.push({ name: disk.path, dump: exit.stdout });
    else if (noTable.test(exit.stderr)) continue;
    else if (isUsed(disk))
      throw programFailed(exit, `Read the partition table of ${disk.path}`, excludeHint(disk.path));
    else
      leftOut.push({
        device: disk.path,
        why: `the partition table cannot be read: ${exit.stderr.trim() || (exit.timedOut ? 'sfdisk took too long' : `sfdisk exited ${exit.code}`)}`,
      });
  }
  return { dumps, leftOut };
}

/** True for a device on an excluded disk, with any number of layers between them. */
export function isExcluded(device: string, devices: readonly Device[], excluded: readonly string[]): boolean {
  return flatten(devices).some(
    (disk) => excluded.includes(disk.path) && flatten([disk]).some((one) => one.path === device),
  );
}
