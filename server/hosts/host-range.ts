import type { z } from 'zod';
import { broadcastOf, isHostAddress, networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../common/model/ipv4.ts';
import { isCardMac, parseMac } from '../../common/model/mac.ts';
import { HostName, hostPart } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';

/** How many machines one call may define. */
const maxHosts = 65_536;
/** How many characters a label may have (RFC 1123 section 2.1). */
const longestLabel = 63;

/** Refuses more machines than one call may name, before their names are made, because a few ranges may mean billions. */
export function refuseTooMany(count: number, text: string): void {
  if (count > maxHosts)
    throw new UserError(`${JSON.stringify(text)} means ${count} machines`, `At most ${maxHosts} at a time.`);
}

/** How many numbers a range like `1-20` has, and the first of them as it was typed. */
function readRange(text: string): { from: string; count: number } {
  const [, from = '', to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (from === '' || count < 1)
    throw new UserError(`${JSON.stringify(text)} is no range of numbers`, 'Give FIRST-LAST, as in 1-20 or 01-20.');
  return { from, count };
}

/** The numbers of `1-20`; `01-20` keeps its leading zero. A single number is a range of one. */
export function parseHostRange(text: string): string[] {
  const { from, count } = readRange(text);
  refuseTooMany(count, text);
  return Array.from({ length: count }, (_, at) => String(Number(from) + at).padStart(from.length, '0'));
}

/** A range in a name, in braces; a name may have several. */
const braces = /\{(\d{1,6}-\d{1,6})\}/;

/**
 * Host names as people write them: `www` with the numbers of `range`; `www1-www300`; `rack{01-12}n{1-40}`, where the last
 * range runs fastest. Names come in lower case, and are not checked any further.
 */
export function hostNames(base: string, range?: string): string[] {
  const name = base.toLowerCase();
  if (range !== undefined) return parseHostRange(range).map((number) => `${name}${number}`);
  const [, prefix, first, last] = /^(?=.{1,150}$)([a-z0-9-]*?)(\d{1,6})-\1(\d{1,6})$/.exec(name) ?? [];
  if (prefix !== undefined) return parseHostRange(`${first}-${last}`).map((number) => `${prefix}${number}`);
  const counts = [...name.matchAll(RegExp(braces, 'g'))].map(([, one = '']) => readRange(one).count);
  if (counts.length > longestLabel)
    throw new UserError(
      `a name with ${counts.length} ranges is no host name`,
      `A host name has at most ${longestLabel} characters.`,
    );
  refuseTooMany(
    counts.reduce((product, count) => product * count, 1),
    base,
  );
  return spread(name);
}

/** The names of {@link hostNames}, each of them checked; none may come twice, as a111 does in a{1-11}{1-11}. */
export function checkedHostNames(base: string, range?: string): HostName[] {
  const names = hostNames(base, range).map((name) => checkedWord(HostName, name, 'host name'));
  const seen = new Set<string>();
  for (const one of names) {
    if (seen.has(one))
      throw new UserError(
        `${JSON.stringify(base)} means ${one} twice`,
        'Put a letter or leading zeros between the ranges.',
      );
    seen.add(one);
  }
  return names;
}

/** A typed word, checked and read by its schema; UserError with the rule if the word breaks it. */
export function checkedWord<T>(schema: z.ZodType<T>, text: string, what: string): T {
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  const rule = result.error.issues[0]?.message ?? 'use letters, digits and dashes';
  throw new UserError(`${JSON.stringify(text)} is no ${what}`, `${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`);
}

/** These machines in a few words: the only one, or their number with the first and the last. */
export function printMachines(hosts: readonly string[]): string {
  return hosts.length === 1 ? hosts.join() : `${hosts.length} machines: ${hosts[0]} … ${hosts.at(-1)}`;
}

function spread(name: string): string[] {
  const found = braces.exec(name);
  if (!found) return [name];
  const [whole, range = ''] = found;
  const [before, after] = [name.slice(0, found.index), spread(name.slice(found.index + whole.length))];
  return parseHostRange(range).flatMap((number) => after.map((rest) => `${before}${number}${rest}`));
}

/**
 * The addresses of `10.0.0.11-10.0.1.60` that machines may have. With a netmask, network and broadcast addresses are left out;
 * without a netmask, addresses that end in 0 or 255.
 */
export function parseIpRange(text: string, netmask?: string): string[] {
  const [from = '', to = from, ...more] = text.split('-');
  const [first, last] = [parseIpv4(from), parseIpv4(to)];
  if (first === undefined || last === undefined || more.length > 0 || last < first || last - first >= maxHosts)
    throw new UserError(
      `${JSON.stringify(text)} is no range of addresses`,
      'Give FIRST-LAST, as in 10.0.0.11-10.0.0.30.',
    );
  if (!isHostAddress(first) || !isHostAddress(last))
    throw new UserError(
      `${JSON.stringify(text)} holds addresses that no machine can have`,
      'Addresses below 1.0.0.0, above 223.255.255.255 and of 127.0.0.0/8 belong to no machine.',
    );
  const prefix = netmask === undefined ? undefined : parseNetmask(netmask);
  if (netmask !== undefined && (prefix === undefined || prefix > 30))
    throw new UserError(
      `${JSON.stringify(netmask)} is no netmask with room for machines`,
      'As in 255.255.255.0 or /24.',
    );
  const isFree = (address: number) =>
    prefix === undefined
      ? (address & 0xff) !== 0 && (address & 0xff) !== 0xff
      : address !== networkOf(address, prefix) && address !== broadcastOf(address, prefix);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
    .filter(isFree)
    .map(printIpv4);
}

/** MACs by host from lines of `HOST MAC` or, as in ethers(5), `MAC HOST`. */
export function parseMacFile(text: string, file: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const words = raw.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) continue;
    const macs = words.flatMap((word) => parseMac(word) ?? []);
    const hosts = words.filter((word) => parseMac(word) === undefined).map(hostPart);
    const [host] = hosts;
    const [mac] = macs;
    if (words.length !== 2 || host === undefined || mac === undefined)
      throw new UserError(
        `${file}, line ${at + 1}: ${JSON.stringify(raw)} is not HOST MAC`,
        'Write one machine a line, as: www1 52:54:00:12:34:56',
      );
    if (!isCardMac(mac))
      throw new UserError(
        `${file}, line ${at + 1}: ${mac} is no network card's address`,
        'An address of all zeros, and an address for groups, belong to no card.',
      );
    if (found.has(host))
      throw new UserError(`${file}, line ${at + 1}: ${host} is there twice`, 'Give each machine one line.');
    found.set(host, mac);
  }
  return found;
}
