import type { ImageFacts } from '../../common/model/image-facts.ts';
import type { State } from '../../common/model/state.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { DiskDevice } from './disk-devices.ts';
import { noDriver, noReader } from './missing.ts';
import { disksOf, mountOf } from '../target/places.ts';

/** What an initramfs mounts. */
const early = ['/', '/usr'];

/** The paths in /sys of the disks that the root lies on. */
export function rootDisks(state: State): AbsPath[] {
  const names = new Set(early.flatMap((dir) => disksOf(state, dir).map((disk) => disk.name)));
  return [...names].flatMap((name) => (state.disks[name]?.path as AbsPath | undefined) ?? []);
}

/** The types of the root's filesystems: those that `mkfs` makes, since fstab may say auto. */
export function rootTypes(state: State): string[] {
  const mounts = early.flatMap((dir) => mountOf(state, dir) ?? []);
  const madeAs = (device: string | undefined) => state.filesystems.find((one) => one.device === device)?.type;
  return [...new Set(mounts.map(({ device, type }) => madeAs(device) ?? type))];
}

/** Refuses an image whose kernel cannot drive the root of this machine, as far as the server knows. `devices`: by the disk's path. */
export function checkDriven(
  { undriven }: Pick<ImageFacts, 'undriven'>,
  devices: Readonly<Record<string, readonly DiskDevice[]>>,
  state: State,
): void {
  if (!undriven) return;
  const { kernel, modaliases, types } = undriven;
  const device = rootDisks(state)
    .flatMap((disk) => devices[disk] ?? [])
    .find(({ modalias }) => modaliases.includes(modalias));
  if (device) throw noDriver(kernel, device);
  const type = rootTypes(state).find((one) => types.includes(one));
  if (type !== undefined) throw noReader(kernel, type);
}
