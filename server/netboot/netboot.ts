import { z } from 'zod';
import { parseMac } from '../../common/model/mac.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { sourceOf } from '../config/networks.ts';
import { type Readable, readJsonFile, readMachines } from '../config/json-file.ts';
import type { KnownHost } from '../config/hosts-json.ts';

/** What a machine does when it boots from the network: install itself, start its own disk, or open a shell of BOEL. */
export const bootChoices = ['install', 'local', 'rescue'] as const;
export type BootChoice = (typeof bootChoices)[number];

/** The meaning of each choice, as the end of a sentence about the machine. */
export const choiceWords = {
  local: 'starts its own disk',
  install: 'installs itself',
  rescue: 'opens a rescue shell',
} satisfies Record<BootChoice, string>;

/** Why a machine boots what it boots. The key is the name of a host, or a MAC with colons. */
export const NetbootEntry = z.object({
  boot: z.enum(bootChoices),
  /** ISO 8601. */
  at: z.string(),
  why: z.string(),
  /** The address whose report made this entry; undefined if a person made it. */
  from: z.string().optional(),
});
export type NetbootEntry = z.infer<typeof NetbootEntry>;

/** netboot.json. */
export const Netboot = z.object({ version: z.literal(1), machines: z.record(z.string(), NetbootEntry) });
export type Netboot = z.infer<typeof Netboot>;
const nobody: Netboot = { version: 1, machines: {} };

/** Reads netboot.json; a missing file knows no machine. */
export function readNetboot(io: ReadIo, at: AbsPath): Promise<Netboot> {
  return readJsonFile(io, at, Netboot, nobody);
}

/** The valid entries of netboot.json; `broken` names the others. */
export function readableNetboot(io: ReadIo, at: AbsPath): Promise<Readable<Netboot>> {
  return readMachines(io, at, Netboot, nobody);
}

/** The text of netboot.json. */
export function printNetboot(netboot: Netboot): string {
  return `${JSON.stringify(netboot, undefined, 2)}\n`;
}

/** The host that hosts.json gives this MAC. What a machine calls itself counts for nothing here. */
function hostOf(mac: string, hosts: readonly KnownHost[]): string | undefined {
  return hosts.find((one) => one.mac === mac)?.host;
}

function entryOf({ machines }: Netboot, key: string): NetbootEntry | undefined {
  return Object.hasOwn(machines, key) ? machines[key] : undefined;
}

/** What is known of machines that boot from the network; `unknown` is what server.toml says of all others. */
export type BootKnowledge = { netboot: Netboot; hosts: readonly KnownHost[]; unknown: BootChoice };

/**
 * What the machine with this MAC boots: by the entry of its host, whichever card the host has now; else by the entry of the MAC;
 * without an entry, a known machine installs itself, and an unknown machine does what `unknown` says.
 */
export function decideBoot(
  mac: string,
  { netboot, hosts, unknown }: BootKnowledge,
): { boot: BootChoice; why: string; host?: string } {
  const host = hostOf(mac, hosts);
  const entry = (host === undefined ? undefined : entryOf(netboot, host)) ?? entryOf(netboot, mac);
  const named = host === undefined ? {} : { host };
  if (entry) return { boot: entry.boot, why: entry.why, ...named };
  if (host !== undefined) return { boot: 'install', why: `${host} has not been installed yet`, ...named };
  return { boot: unknown, why: `server.toml says unknown = "${unknown}"` };
}

/** A machine that says that it has installed itself, heard from the address `from`. */
type Finished = { mac: string; image: string; at: string; from: string };

/**
 * netboot.json after these machines have finished their installations: from now on they start their own disks, and so do their
 * hosts with other cards. A person's choice that a machine starts its own disk stays as it is.
 */
export function withFinished(netboot: Netboot, finished: readonly Finished[], hosts: readonly KnownHost[]): Netboot {
  if (finished.length === 0) return netboot;
  const all: Netboot = { version: 1, machines: { ...netboot.machines } };
  const hostOfCard = new Map(hosts.map((one) => [one.mac, one.host]));
  for (const { mac, image, at, from } of finished)
    for (const key of [mac, hostOfCard.get(mac) ?? mac]) {
      const before = entryOf(all, key);
      const isChosen = before !== undefined && before.from === undefined;
      if (isChosen && before.boot === 'local') continue;
      const who = isChosen ? {} : { from: before?.from ?? from };
      all.machines[key] = { boot: 'local', at, why: `installed ${image}`.trim(), ...who };
    }
  return { version: 1, machines: withFewStrangers(all.machines, hosts) };
}

/** How many machines are remembered that are in no list, and for which nobody chose. */
const mostStrangers = 10_000;

/**
 * The entries with at most {@link mostStrangers} strangers. Each entry keeps a machine from being installed again, so a flood may
 * push out only itself: all sources have equal shares, and the newest entries of a source above its share are removed.
 */
function withFewStrangers(machines: Netboot['machines'], hosts: readonly KnownHost[]): Netboot['machines'] {
  const listed = new Set(hosts.flatMap((one) => [one.host, one.mac]));
  const strangers = Object.entries(machines).flatMap(([key, { from }]) =>
    from === undefined || listed.has(key) ? [] : [{ key, source: sourceOf(from) }],
  );
  if (strangers.length <= mostStrangers) return machines;
  const counts = new Map<string, number>();
  const ranked = strangers.map(({ key, source }) => {
    const nth = (counts.get(source) ?? 0) + 1;
    counts.set(source, nth);
    return { key, nth };
  });
  const last = ranked.toSorted((a, b) => a.nth - b.nth).slice(mostStrangers);
  const gone = new Set(last.map((one) => one.key));
  return Object.fromEntries(Object.entries(machines).filter(([key]) => !gone.has(key)));
}

/**
 * netboot.json after `systemimager netboot WHO`; WHO is a host name or a MAC with colons. If hosts.json gives the MAC a host,
 * the choice is the host's. The choice `local` is written for the host's cards, too: a card that hosts.json loses later is not
 * installed by surprise.
 */
export function afterChoice(
  netboot: Netboot,
  choice: { who: string; boot: BootChoice; at: string; hosts: readonly KnownHost[] },
): Netboot {
  const { who, boot, at, hosts } = choice;
  const name = hostOf(who, hosts) ?? who;
  const cards = hosts.flatMap((one) => (one.host === name && boot === 'local' ? (one.mac ?? []) : []));
  const entry = { boot, at, why: `systemimager netboot ${who}` };
  return {
    version: 1,
    machines: { ...netboot.machines, ...Object.fromEntries([name, ...cards].map((key) => [key, entry])) },
  };
}

/** netboot.json after hosts got other cards: the entry of a replaced card becomes the entry of its host. */
export function afterCards(netboot: Netboot, before: readonly KnownHost[], after: readonly KnownHost[]): Netboot {
  const cards = new Map(after.map((one) => [one.host, one.mac]));
  const said = before.flatMap(({ host, mac }): [string, NetbootEntry][] => {
    if (mac === undefined || cards.get(host) === mac || entryOf(netboot, host)) return [];
    const entry = entryOf(netboot, mac);
    return entry ? [[host, entry]] : [];
  });
  return { version: 1, machines: { ...netboot.machines, ...Object.fromEntries(said) } };
}

/** True if a machine of this name can be told by its card: a network boot shows nothing but the card. */
export function hasKnownCard(who: string, hosts: readonly KnownHost[]): boolean {
  return parseMac(who) !== undefined || hosts.some((one) => one.host === who && one.mac !== undefined);
}
