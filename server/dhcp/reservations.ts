import { parseIpv4 } from '../../common/model/ipv4.ts';
import { findByMachine, type Machine, printIdentity } from './identity.ts';
import type { Reservation, Reserved } from './kind.ts';

/** A machine that is to have its address for good. */
export type Candidate = Omit<Machine, 'name'> & {
  ip: string;
  /** Its name in hosts or DNS. */
  name?: string;
  /** The name that the machine gives itself. */
  saidName?: string;
  /** True if addclients knows the machine: what the administrator said there wins over earlier reservations. */
  isKnown: boolean;
};

/**
 * The reservations of the configuration and of these machines, in the order of addresses, and what to say. Machines and addresses
 * that the administrator reserved, by any identity, are left out; a machine that we reserved keeps its address, unless addclients
 * knows another. `byName`: the server looks the addresses up, so that only hosts or DNS have to change.
 */
export function mergeReservations(
  reserved: readonly Reserved[],
  candidates: readonly Candidate[],
  { byName }: { byName: boolean },
): { reservations: Reservation[]; said: string[] } {
  const said: string[] = [];
  const foreign = reserved.flatMap((one) => (one.isOurs ? [] : [one]));
  const foreignOf = findByMachine(foreign);
  const owners = new Map<string, string>();
  for (const { by, address, ip } of foreign)
    for (const one of [address, ip ?? '']) if (one !== '') owners.set(one, printIdentity(by));
  const kept = new Map<string, Reservation>();
  for (const { mac, address, ip, name } of reserved.flatMap((one) => (one.isOurs ? [one] : []))) {
    const places = ip === undefined ? [address] : [address, ip];
    const owner = places.map((one) => owners.get(one)).find((one) => one !== undefined && one !== mac);
    if (owner !== undefined) {
      said.push(`${address} (${mac}) is no longer reserved here: the file reserves the address for ${owner}`);
      continue;
    }
    for (const one of places) owners.set(one, mac);
    kept.set(mac, { mac, address, ip, name });
  }
  for (const { mac, clientId, saidName, ip, name, isKnown } of candidates) {
    const theirs = foreignOf({ mac, clientId: clientId || undefined, name: saidName || undefined });
    const mine = kept.get(mac);
    const address = byName && name !== undefined ? name : ip;
    if (theirs.length > 0) {
      const same = theirs.find((one) => [address, ip].includes(one.address) || one.ip === ip);
      const placed = theirs.filter((one) => one.address !== '');
      const whose = theirs.map(({ by }) => printIdentity(by)).join(', ');
      if (placed.length === 0)
        said.push(
          `${ip} (${mac}) is left out: the configuration names ${whose} without an address; write the address there`,
        );
      else if (!same)
        said.push(`${mac} stays at ${placed.map(placeOf).join(', ')}, as in the configuration; its lease is ${ip}`);
      else if (!isByMac(same)) said.push(`${ip} (${mac}) is reserved already: for ${printIdentity(same.by)}`);
      continue;
    }
    if (byName && name === undefined && !mine) {
      said.push(`${ip} (${mac}) is left out: the address has no name in hosts or DNS`);
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
    // `name` is the name of `ip`: a machine that stays at another address keeps its own name.
    const called = stays && !isNamed && mine.address !== ip ? mine.name : (name ?? mine?.name);
    const meaning = wanted === name ? ip : stays ? mine.ip : undefined;
    const means = meaning === undefined ? {} : { ip: meaning };
    kept.set(mac, { mac, address: wanted, ...means, name: called });
    if (called === undefined) said.push(`${wanted} (${mac}) has no name in hosts or DNS: reserved without one`);
  }
  return { reservations: [...kept.values()].toSorted(inOrder), said };
}

type Foreign = Reserved & { isOurs: false };
const isByMac = ({ by }: Foreign) => by.kind === 'MAC' && !by.value.includes('*');

/** The address of an administrator's reservation, and its identity if this is no plain MAC. */
function placeOf(one: Foreign): string {
  return isByMac(one) ? one.address : `${one.address} (by ${printIdentity(one.by)})`;
}

/** Addresses by number, then names, then MACs. */
function inOrder(a: Reservation, b: Reservation): number {
  const number = (one: Reservation) => parseIpv4(one.address) ?? 2 ** 32;
  return number(a) - number(b) || (a.address + a.mac < b.address + b.mac ? -1 : 1);
}
