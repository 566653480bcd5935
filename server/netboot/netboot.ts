import { z } from 'zod';
import { parseMac } from '../../common/model/mac.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { type KnownHost, readJsonFile } from '../hosts/hosts-json.ts';

/** What a machine does when it boots from the network: install itself, start its own disk, or open a shell of BOEL. */
export const bootChoices = ['install', 'local', 'rescue'] as const;
export type BootChoice = (typeof bootChoices)[number];

/** What each means, as the end of a sentence about the machine. */
export const bootWords = {
  local: 'starts its own disk',
  install: 'installs itself',
  rescue: 'opens a rescue shell',
} satisfies Record<BootChoice, string>;

/** Why a machine boots what it boots. The key is a MAC with colons, or a host name. */
export const NetbootEntry = z.object({
  boot: z.enum(bootChoices),
  /** ISO 8601. */
  at: z.string(),
  why: z.string(),
  host: z.string().optional(),
});
export type NetbootEntry = z.infer<typeof NetbootEntry>;

/** netboot.json. */
export const Netboot = z.object({ version: z.literal(1), machines: z.record(z.string(), NetbootEntry) });
export type Netboot = z.infer<typeof Netboot>;

/** netboot.json as it stands. */
export function readNetboot(io: ReadIo, at: AbsPath): Promise<Netboot> {
  return readJsonFile(io, at, Netboot, { version: 1, machines: {} });
}

/** The text of netboot.json. */
export function printNetboot(netboot: Netboot): string {
  return `${JSON.stringify(netboot, undefined, 2)}\n`;
}

/** What the machine with this MAC boots: its own entry, else its host's, else install where it is known, else `unknown`. */
export function decideBoot(
  mac: string,
  facts: { netboot: Netboot; hosts: readonly KnownHost[]; unknown: BootChoice },
): { boot: BootChoice; why: string; host?: string } {
  const { machines } = facts.netboot;
  const host = machines[mac]?.host ?? facts.hosts.find((one) => one.mac === mac)?.host;
  const entry = machines[mac] ?? (host === undefined ? undefined : machines[host]);
  const named = host === undefined ? {} : { host };
  if (entry) return { boot: entry.boot, why: entry.why, ...named };
  if (host !== undefined) return { boot: 'install', why: `${host} has not been installed yet`, ...named };
  return { boot: facts.unknown, why: `server.toml says unknown = "${facts.unknown}"` };
}

/** The same file after a machine has finished its installation: from now on it starts its own disk. */
export function afterFinished(
  netboot: Netboot,
  done: { mac: string; host: string | undefined; image: string; at: string },
): Netboot {
  const machines = { ...netboot.machines };
  if (done.host !== undefined) delete machines[done.host];
  machines[done.mac] = {
    boot: 'local',
    at: done.at,
    why: `installed ${done.image}`,
    ...(done.host === undefined ? {} : { host: done.host }),
  };
  return { version: 1, machines };
}

/** The same file after all of these machines have finished. */
export function withFinished(
  netboot: Netboot,
  finished: readonly { mac: string; host?: string; image: string; at: string }[],
): Netboot {
  return finished.reduce((all, done) => afterFinished(all, { host: undefined, ...done }), netboot);
}

/**
 * The same file after `systemimager netboot WHO`; WHO is a host name or a MAC with colons. Every entry of that machine
 * changes; where there is none yet, one is made by the name that was given.
 */
export function afterChoice(
  netboot: Netboot,
  choice: { who: string; boot: BootChoice; at: string; hosts: readonly KnownHost[] },
): Netboot {
  const { who, boot, at, hosts } = choice;
  const macs = hosts.filter((one) => one.host === who).map((one) => one.mac);
  const own = Object.entries(netboot.machines).filter(
    ([key, entry]) => key === who || entry.host === who || macs.includes(key),
  );
  const why = `systemimager netboot ${who}`;
  const changed = own.map(([key, entry]): [string, NetbootEntry] => [key, { ...entry, boot, at, why }]);
  const made: [string, NetbootEntry][] = changed.length > 0 ? changed : [[who, { boot, at, why }]];
  return { version: 1, machines: { ...netboot.machines, ...Object.fromEntries(made) } };
}

/** True where a machine of this name can be told by its card, which is all that a network boot shows of it. */
export function hasKnownCard(who: string, netboot: Netboot, hosts: readonly KnownHost[]): boolean {
  const isCard = (key: string) => parseMac(key) !== undefined;
  return (
    isCard(who) ||
    hosts.some((one) => one.host === who && one.mac !== undefined) ||
    Object.entries(netboot.machines).some(([key, entry]) => isCard(key) && entry.host === who)
  );
}
