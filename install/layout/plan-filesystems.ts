import type { Layout } from '../../common/model/layout.ts';
import { mountedLines, subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { FilesystemState, MountState, Target } from '../../common/model/target.ts';
import { filesystemOf } from '../filesystems/index.ts';
import { renewText } from '../fstab/renewed.ts';
import { keptContent } from './kept.ts';
import type { Landing } from './plan-disks.ts';

type Devices = Pick<Target, 'parts' | 'volumes'>;

const nodeOf = ({ parts, volumes }: Devices, device: string) => (volumes[device] ?? parts[device])?.node;

/** The filesystems with their nodes and UUIDs here; a kept filesystem has its own label and UUID. */
export function planFilesystems({ layout, kept, old, draw }: Landing, devices: Devices): FilesystemState[] {
  return layout.filesystems.map((wish) => {
    const { device, options } = wish;
    const type = filesystemOf(wish.type);
    const node = nodeOf(devices, device) ?? '/dev/null';
    const part = devices.parts[device];
    const onDisk = part?.keep ? kept.get(part.disk) : undefined;
    const found = onDisk && keptContent(wish, node, onDisk);
    const before = old?.filesystems.find((one) => one.device === device)?.uuid;
    return {
      device,
      node,
      type: type.name,
      label: found?.label ?? wish.label ?? '',
      uuid: found?.uuid ?? wish.uuid ?? before ?? type.formatUuid(draw(`filesystem ${device}`)),
      options,
      subvolumes: subvolumesOf(layout, device),
      keep: part?.keep ?? false,
    };
  });
}

/** The subvolumes of [subvolumes], and those that mounts name with subvol=. */
function subvolumesOf(layout: Layout, device: string): string[] {
  const listed = layout.filesystems.find((one) => one.device === device)?.subvolumes ?? [];
  const mounted = layout.mounts
    .filter((mount) => mount.device === device)
    .flatMap((mount) => subvolumeOf(mount.options) || []);
  return [...new Set([...listed, ...mounted])];
}

/** The lines of [mounts] with the nodes that the installation mounts or swaps on. */
export function planMountLines(
  { mounts }: Layout,
  target: Pick<Target, 'parts' | 'volumes' | 'filesystems' | 'renewed'>,
): MountState[] {
  const mounted = new Set(mountedLines(mounts));
  return mounts.map((line) => {
    const { spec, device, dir, type, options, freq, passno } = line;
    if (device === undefined) return { spec, dir, type, options, freq, passno };
    const isSwap = target.filesystems.some((one) => one.device === device && one.type === 'swap');
    const node = mounted.has(line) || isSwap ? nodeOf(target, device) : undefined;
    return { spec: renewText(spec, target.renewed), device, ...(node && { node }), dir, type, options, freq, passno };
  });
}
