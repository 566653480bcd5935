import { parseIpv4 } from '../../common/model/ipv4.ts';
import { findByMachine, type Machine, printIdentity } from './identity.ts';
import type { Reservation, Reserved } from './kind.ts';

/** A machine that is to have its address for good. */
export type Candidate = Omit<Machine, 'name'> & {
  ip: string;
  /** Its name in hosts or DNS. */
  name?: string;
  /** What it calls itself. */
  saidName?: string;
  /** True where addclients knows it: what the administrator said there holds, whatever was reserved before. */
  isKnown: boolean;
};

/**
 * The reservations after these machines were added to those of the configuration, in the order of addresses, and what to say.
 * A machine and an address that the administrator reserved, by whatever identity, are left to that; one that we reserved keeps its address. `byName`: the server looks the
 * addresses up, so that only hosts or DNS have to change.
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
    // A name is that of an address: one that stays elsewhere keeps its own.
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

/** Where an administrator's reservation holds a machine, and by what, if not by its MAC. */
function placeOf(one: Foreign): string {
  return isByMac(one) ? one.address : `${one.address} (by ${printIdentity(one.by)})`;
}

/** Addresses by number, then names, then MACs. */
function inOrder(a: Reservation, b: Reservation): number {
  const number = (one: Reservation) => parseIpv4(one.address) ?? 2 ** 32;
  return number(a) - number(b) || (a.address + a.mac < b.address + b.mac ? -1 : 1);
}
