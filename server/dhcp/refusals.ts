import { broadcastOf, networkOf, parseIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';
import { imageServerOption } from './boot-clients.ts';
import type { Range } from './ranges.ts';
import { printNetwork, type Subnet } from './subnet.ts';

/** Addresses of a configuration, and a name for them in errors. */
export type NamedRange = Range & { name: string };

/** All addresses of a network. */
export function rangeOf(one: { network: string; prefixLength: number }): NamedRange {
  const first = networkOf(parseIpv4(one.network) ?? 0, one.prefixLength);
  return { first, last: broadcastOf(first, one.prefixLength), name: `the network ${printNetwork(one)}` };
}

/** Refuses a network that overlaps a network of the configuration which is not ours. */
export function refuseOverlap(subnet: Subnet, others: readonly NamedRange[], file: string): void {
  const own = rangeOf(subnet);
  const other = others.find(({ first, last }) => last >= own.first && first <= own.last);
  if (!other) return;
  throw new UserError(
    `${file} has ${other.name} already, which is not from mkdhcpserver`,
    'Remove it there, or write another file by --file, and copy its lines by hand.',
  );
}

/** Refuses a configuration that uses the option of the image server for something else. */
export function refuseTakenOption(isTaken: boolean, file: string): void {
  if (!isTaken) return;
  throw new UserError(
    `${file} has option ${imageServerOption} already, by which machines find the image server`,
    'Remove the option there: mkdhcpserver writes the option. For other uses, 225 to 254 are free (RFC 3942).',
  );
}
