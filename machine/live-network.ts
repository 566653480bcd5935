import { z } from 'zod';
import { parseMac } from '../common/model/mac.ts';
import { networkOf, parseIpv4, printIpv4 } from '../common/model/ipv4.ts';
import type { Route } from '../common/model/route.ts';
import { UserError } from '../common/system/errors.ts';
import type { Argv, ReadIo } from '../common/system/io.ts';

/** An address of a card. Of several in one network, all but the first are secondary. */
export type LiveAddress = { family: 'inet' | 'inet6'; local: string; prefixLength: number; isSecondary: boolean };

/** A card as `ip -json -details address` shows it, whatever manages the network. */
export type LiveLink = {
  name: string;
  /** The MAC address now; `permanent` is the card's own, which it has after a restart. */
  mac: string | undefined;
  permanent: string | undefined;
  isUp: boolean;
  /** Undefined for hardware; bond, vlan, bridge, … for cards that exist only as software. */
  kind: string | undefined;
  /** Options of the kind: the mode and the active card of a bond, the number of a VLAN. */
  options: { mode?: string | undefined; active?: string | undefined; id?: number | undefined };
  /** The bond or bridge that this card is part of. */
  master: string | undefined;
  /** The card below a VLAN. */
  lower: string | undefined;
  addresses: LiveAddress[];
};

/** A route of the main table; the default route is 0.0.0.0/0. */
export type LiveRoute = Route & { card: string; metric: number; protocol: string };

/** How the kernel reaches an address now. */
export type Way = { card: string; from: string | undefined; isOwn: boolean };

const Link = z.object({
  ifname: z.string().optional(),
  link: z.string().nullish(),
  flags: z.array(z.string()).default([]),
  address: z.string().optional(),
  permaddr: z.string().optional(),
  master: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z.object({ mode: z.unknown(), active_slave: z.unknown(), id: z.unknown() }).partial().optional(),
      info_slave_data: z.object({ perm_hwaddr: z.string().optional() }).optional(),
    })
    .optional(),
  addr_info: z
    .array(
      z.object({
        family: z.string().optional(),
        local: z.string().optional(),
        prefixlen: z.number().optional(),
        scope: z.string().optional(),
        secondary: z.boolean().optional(),
        tentative: z.boolean().optional(),
        temporary: z.boolean().optional(),
      }),
    )
    .default([]),
});

const textIn = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Reads the cards that ip(8) printed. Old releases print an empty object for each card that they leave out. */
export function readLinks(json: unknown): LiveLink[] {
  return z
    .array(Link)
    .parse(json)
    .flatMap(({ ifname, link, flags, address, permaddr, master, linkinfo, addr_info: all }): LiveLink[] => {
      if (ifname === undefined) return [];
      const data = linkinfo?.info_data;
      const mac = parseMac(address ?? '');
      return [
        {
          name: ifname,
          mac,
          permanent: parseMac(linkinfo?.info_slave_data?.perm_hwaddr ?? permaddr ?? '') ?? mac,
          isUp: flags.includes('UP'),
          kind: linkinfo?.info_kind ?? (flags.includes('LOOPBACK') ? 'loopback' : undefined),
          options: {
            mode: textIn(data?.mode),
            active: textIn(data?.active_slave),
            id: typeof data?.id === 'number' ? data.id : undefined,
          },
          master,
          lower: link ?? undefined,
          addresses: all.flatMap(({ family, local, prefixlen, scope, secondary = false }): LiveAddress[] =>
            (family === 'inet' || family === 'inet6') && local && prefixlen !== undefined && scope === 'global'
              ? [{ family, local, prefixLength: prefixlen, isSecondary: secondary }]
              : [],
          ),
        },
      ];
    });
}

const Hop = z.object({ gateway: z.string().optional(), dev: z.string().optional() });
const RouteLine = Hop.extend({
  type: z.string().optional(),
  dst: z.string().optional(),
  metric: z.number().default(0),
  protocol: z.string().default('boot'),
  nexthops: z.array(Hop).default([]),
});

/** Reads the routes of IPv4 that ip(8) printed; of several next hops, the first counts. Routes that lead nowhere are left out. */
export function readRoutes(json: unknown): LiveRoute[] {
  return z
    .array(RouteLine)
    .parse(json)
    .flatMap(({ type, dst = '', metric, protocol, nexthops, ...hop }): LiveRoute[] => {
      const { gateway, dev } = hop.dev === undefined ? (nexthops[0] ?? hop) : hop;
      const [address = '', length = '32'] = dst === 'default' ? ['0.0.0.0', '0'] : dst.split('/');
      const network = parseIpv4(address);
      const isPlain = type === undefined || type === 'unicast';
      if (!isPlain || dev === undefined || network === undefined) return [];
      const prefixLength = Number(length);
      const printed = printIpv4(networkOf(network, prefixLength));
      return [{ network: printed, prefixLength, via: gateway, card: dev, metric, protocol }];
    });
}

const WayLine = z.object({ type: z.string().optional(), dev: z.string(), prefsrc: z.string().optional() });

/** Reads what `ip -json route get` printed. */
export function readWay(json: unknown): Way | undefined {
  const way = z.array(WayLine).parse(json)[0];
  return way && { card: way.dev, from: way.prefsrc, isOwn: way.type === 'local' };
}

async function ask(io: ReadIo, argv: Argv): Promise<unknown> {
  const exit = await io.run({ argv }).catch(() => undefined);
  try {
    return exit?.code === 0 ? JSON.parse(exit.stdout || '[]') : undefined;
  } catch {
    return undefined;
  }
}

/** The cards and the routes of the running machine. UserError if ip(8) is missing or older than 2018. */
export async function probeLiveNetwork(io: ReadIo): Promise<{ links: LiveLink[]; routes: LiveRoute[] }> {
  const links = await ask(io, ['ip', '-json', '-details', 'address', 'show']);
  const routes = await ask(io, ['ip', '-json', '-4', 'route', 'show']);
  if (links === undefined || routes === undefined)
    throw new UserError(
      'ip(8) does not tell the network of this machine as JSON',
      'Install iproute2 4.14 or newer (Debian: iproute2; Red Hat: iproute).',
    );
  return { links: readLinks(links), routes: readRoutes(routes) };
}

/** How this machine reaches an address; undefined if no route leads there. `card`: only by this card. */
export async function probeWay(io: ReadIo, address: string, card?: string): Promise<Way | undefined> {
  const json = await ask(io, ['ip', '-json', 'route', 'get', address, ...(card === undefined ? [] : ['oif', card])]);
  return json === undefined ? undefined : readWay(json);
}
