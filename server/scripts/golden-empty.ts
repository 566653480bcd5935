import { isExtended, raidMembers } from '../../common/model/layout.ts';
import type { Golden } from './golden.ts';
import { holdsNothing } from './golden-contents.ts';
import type { GoldenDevice } from './golden-stacks.ts';
import type { GoldenDevices } from './golden-devices.ts';
import type { Used } from './golden-sizes.ts';

/**
 * Tells of partitions, arrays and volumes that come back without their content: filesystems that no mkfs here makes, and
 * filesystems that were not mounted. Tells then how to keep the content of partitions.
 */
export function comesBackEmpty(golden: Golden, found: GoldenDevices, all: readonly Used[]): string[] {
  const members = [...found.raids.flatMap(raidMembers), ...found.groups.flatMap((group) => group.devices)];
  const empty = [...found.devices].flatMap(([name, device]) => {
    const used = all.find((one) => one.device === name);
    const isFilled = used !== undefined && (used.dirs.length > 0 || used.type === 'swap');
    const what = isFilled || members.includes(name) ? undefined : whatIsLost(name, device, used, golden, found);
    return what === undefined ? [] : [{ name, what, isPart: device.part !== undefined }];
  });
  const parts = empty.filter((one) => one.isPart).map((one) => one.name);
  const keep = `To keep the data of a machine on ${parts.join(', ')}, write keep on that line; boel layout then refuses a blank disk`;
  return [...empty.map((one) => one.what), ...(parts.length > 0 ? [keep] : [])];
}

function whatIsLost(
  name: string,
  { known, part }: GoldenDevice,
  used: Used | undefined,
  { mounted }: Golden,
  { nameOf, contents }: GoldenDevices,
): string | undefined {
  const mount = mounted.find((one) => nameOf(one.device) === name);
  if (mount) return `Not made again: the ${mount.type} filesystem of ${name}, mounted on ${mount.dir}`;
  if (used) return `Empty on new machines: ${name}, because its filesystem (${used.type}) was not mounted`;
  const what = contents.ofDevice(known?.path ?? name);
  if (what !== undefined) return `Empty on new machines: ${name}, which holds ${what}`;
  const isNothing = part !== undefined && (isExtended(part) || holdsNothing.has(part.type));
  return known && !known.fstype && !isNothing ? `Empty on new machines: ${name}, which holds unknown data` : undefined;
}
