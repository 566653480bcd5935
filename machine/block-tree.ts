import { z } from 'zod';
import type { ReadIo } from '../common/system/io.ts';

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** A device that another one stands on, as lsblk(8) tells it. `kind`: disk, part, lvm, crypt, raid1, … */
export type DeviceBelow = { node: string; kind: string; fstype: string; uuid: string; table: string };

const Row = z.object({
  name: z.string(),
  type: Text,
  fstype: Text,
  uuid: Text,
  pttype: Text,
  children: z.array(z.unknown()).nullish(),
});

/** A disk, or the file that is one for a container. */
export const isDisk = ({ kind }: DeviceBelow): boolean => kind === 'disk' || kind === 'loop';

/** The array, volume or encryption that a filesystem stands on; undefined on a plain partition or disk. */
export const volumeBelow = (below: readonly DeviceBelow[]): DeviceBelow | undefined =>
  below.find((one) => !isDisk(one) && one.kind !== 'part');

/** Reads what `lsblk --json --inverse` printed: the device itself first, then all that it stands on, down to the disks. */
export function readBelow(json: string): DeviceBelow[] {
  const walk = (rows: readonly unknown[]): DeviceBelow[] =>
    rows.flatMap((one) => {
      const row = Row.safeParse(one).data;
      if (!row) return [];
      const { name, type, fstype, uuid, pttype, children } = row;
      return [{ node: name, kind: type, fstype, uuid, table: pttype }, ...walk(children ?? [])];
    });
  try {
    return walk(z.object({ blockdevices: z.array(z.unknown()) }).parse(JSON.parse(json)).blockdevices);
  } catch {
    return [];
  }
}

/** The device and all that it stands on; empty if it is no block device, as with zfs and network filesystems. */
export async function probeBelow(io: ReadIo, node: string): Promise<DeviceBelow[]> {
  if (!node.startsWith('/dev/')) return [];
  const columns = 'NAME,TYPE,FSTYPE,UUID,PTTYPE';
  const argv = ['lsblk', '--json', '--paths', '--inverse', '--output', columns, node] as const;
  const exit = await io.run({ argv }).catch(() => undefined);
  const below = readBelow(exit?.stdout ?? '');
  const [own, ...others] = below;
  if (!own || own.uuid !== '') return below;
  // Without udev, old versions of lsblk know no filesystem.
  const probed = await io.run({ argv: ['blkid', '-p', '-o', 'value', '-s', 'UUID', node] });
  return [{ ...own, uuid: probed.stdout.trim() }, ...others];
}
