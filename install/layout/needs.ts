import type { Content, ImageFacts } from '../../common/model/image-facts.ts';
import { type Layout, volumeName, type VolumeWish } from '../../common/model/layout.ts';
import { mountedLines } from '../../common/model/layout/mount-spec.ts';
import { bytesOn, filesystemOf } from '../filesystems/index.ts';
import { alignUp } from './fit.ts';
import { extentBytes, memberBytesFor, pvDataOffset, userOf } from './volumes.ts';

const MiB = 1024 ** 2;

/** How many bytes a device must hold at least, and for what, in words for people. */
export type Need = { bytes: number; what: string };

/** Says what each device of the layout must hold: its filesystem with the image's content, or the volumes on it. */
export function needsOf(layout: Layout, image: ImageFacts | undefined): (device: string) => Need {
  const own = (device: string): Need => {
    const wish = layout.filesystems.find((one) => one.device === device);
    if (!wish) return { bytes: 0, what: 'nothing' };
    const filesystem = filesystemOf(wish.type);
    const least = { bytes: filesystem.minBytes, what: `the smallest ${wish.type}` };
    const dirs = mountedLines(layout.mounts)
      .filter((mount) => mount.device === device)
      .map((mount) => mount.dir);
    const content = (image?.mounts ?? []).filter((mount) => dirs.includes(mount.dir));
    const sum = (key: keyof Content) => content.reduce((total, mount) => total + (mount[key] ?? 0), 0);
    const whole = { bytes: sum('bytes'), holeBytes: sum('holeBytes'), inodes: sum('inodes') };
    const bytes = bytesOn(filesystem, whole, wish.options);
    return content.length > 0 && bytes > least.bytes
      ? { bytes: alignUp(bytes, MiB), what: `${image?.name} below ${dirs.join(' and ')}` }
      : least;
  };
  const need = (device: string): Need => {
    const user = userOf(device, layout);
    if (!user) return own(device);
    if ('level' in user) return { bytes: memberBytesFor(user, need(user.name).bytes), what: user.name };
    const total = user.volumes.reduce(
      (sum, one) => sum + alignUp(leastOfVolume(one, need(volumeName(user.name, one.name))), extentBytes),
      0,
    );
    // No single one of several physical volumes must hold all volumes; the group is checked as a whole later.
    return { bytes: user.devices.length > 1 ? 0 : total + pvDataOffset, what: `volume group ${user.name}` };
  };
  return need;
}

/** The least size of a volume or partition that shrinks: its min (its size, if it has no min), and room for its content. */
export function leastOfVolume(wish: Pick<VolumeWish, 'sizeBytes' | 'minBytes'>, need: Need): number {
  return Math.max(wish.minBytes ?? wish.sizeBytes ?? MiB, need.bytes, MiB);
}
