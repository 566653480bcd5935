import { parseIpv4 } from '../../common/model/ipv4.ts';
import type { Reservation, Reserved } from './kind.ts';

/** A machine that is to have its address for good. */
export type Candidate = {
  mac: string;
  ip: string;
  name?: string;
  /** True where addclients knows it: what the administrator said there holds, whatever was reserved before. */
  isKnown: boolean;
};

/**
 * The reservations after these machines were added to those of the configuration, in the order of addresses, and what to say.
 * A MAC that the administrator reserved is left to that; one that we reserved keeps its address. `byName`: the server looks the
 * addresses up, so that only hosts or DNS have to change.
 */
export function mergeReservations(
  reserved: readonly Reserved[],
  candidates: readonly Candidate[],
  { byName }: { byName: boolean },
): { reservations: Reservation[]; said: string[] } {
  const said: string[] = [];
  const foreign = reserved.filter((one) => !one.isOurs);
  const foreignMacs = Map.groupBy(foreign, (one) => one.mac);
  const owners = new Map(foreign.map((one) => [one.address, one.mac]));
  const kept = new Map<string, Reservation>();
  for (const { mac, address, name } of reserved.filter((one) => one.isOurs)) {
    kept.set(mac, { mac, address, ...(name === undefined ? {} : { name }) });
    owners.set(address, mac);
  }
  for (const { mac, ip, name, isKnown } of candidates) {
    const theirs = foreignMacs.get(mac);
    const mine = kept.get(mac);
    const address = byName && name !== undefined ? name : ip;
    if (theirs) {
      if (!theirs.some((one) => one.address === address))
        said.push(
          `${mac} stays at ${theirs.map((one) => one.address).join(', ') || 'what is written there'}, as the configuration had it; its lease is ${ip}`,
        );
      continue;
    }
    if (byName && name === undefined && !mine) {
      said.push(`${ip} (${mac}) is left out: no name for it in hosts or DNS`);
      continue;
    }
    const isNamed = mine !== undefined && parseIpv4(mine.address) === undefined;
    const stays = mine !== undefined && !isKnown && (isNamed || !byName);
    if (stays && !isNamed && mine.address !== ip)
      said.push(`${mac} stays at ${mine.address}, as it was reserved; its lease is ${ip}`);
    const wanted = stays ? mine.address : address;
    const owner = owners.get(wanted);
    if (owner !== undefined && owner !== mac) {
      said.push(`${ip} (${mac}) is left out: ${wanted} is reserved for ${owner}`);
      continue;
    }
    if (mine) owners.delete(mine.address);
    owners.set(wanted, mac);
    // A name is that of an address: one that stays elsewhere keeps its own.
    const called = stays && !isNamed && mine.address !== ip ? mine.name : (name ?? mine?.name);
    const means = wanted === name ? { ip } : {};
    kept.set(mac, { mac, address: wanted, ...means, ...(called === undefined ? {} : { name: called }) });
    if (called === undefined) said.push(`${wanted} (${mac}) has no name in hosts or DNS: reserved without one`);
  }
  return { reservations: [...kept.values()].toSorted(inOrder), said };
}

/** Addresses by number, then names, then MACs. */
function inOrder(a: Reservation, b: Reservation): number {
  const number = (one: Reservation) => parseIpv4(one.address) ?? 2 ** 32;
  return number(a) - number(b) || (a.address + a.mac < b.address + b.mac ? -1 : 1);
}
