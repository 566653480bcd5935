import type { ImageFacts } from '../../common/model/image-facts.ts';
import type { Target } from '../../common/model/target.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { DiskDevice } from './disk-devices.ts';
import { noDriver, noReader } from './missing.ts';
import { disksOf, mountOf } from '../target/places.ts';

/** The mount points that an initramfs mounts. */
const early = ['/', '/usr'];

/** The paths in /sys of the disks that the root lies on. */
export function rootDisks(target: Target): AbsPath[] {
  const names = new Set(early.flatMap((dir) => disksOf(target, dir).map((disk) => disk.name)));
  return [...names].flatMap((name) => (target.disks[name]?.path as AbsPath | undefined) ?? []);
}

/** The types of the root's filesystems: those that `mkfs` makes, since fstab may say auto. */
export function rootTypes(target: Target): string[] {
  const mounts = early.flatMap((dir) => mountOf(target, dir) ?? []);
  const madeAs = (device: string | undefined) => target.filesystems.find((one) => one.device === device)?.type;
  return [...new Set(mounts.map(({ device, type }) => madeAs(device) ?? type))];
}

/** Refuses an image whose kernel cannot drive this machine's root, as far as the server knows. `devices`: by the disk's path. */
export function checkDriven(
  { undriven }: Pick<ImageFacts, 'undriven'>,
  devices: Readonly<Record<string, readonly DiskDevice[]>>,
  target: Target,
): void {
  if (!undriven) return;
  const { kernel, modaliases, types } = undriven;
  const device = rootDisks(target)
    .flatMap((disk) => devices[disk] ?? [])
    .find(({ modalias }) => modaliases.includes(modalias));
  if (device) throw noDriver(kernel, device);
  const type = rootTypes(target).find((one) => types.includes(one));
  if (type !== undefined) throw noReader(kernel, type);
}
