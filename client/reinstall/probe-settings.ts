import { parseIpv4 } from '../../common/model/ipv4.ts';
import { defaultPorts, type SettingName } from '../../common/model/settings.ts';
import { parseRoutes } from '../../common/model/route.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { probeLiveNetwork, probeWay } from '../../machine/live-network.ts';
import { chooseCard } from './choose-card.ts';
import { addressSettings, checkLeadsTo, type LiveSettings, nameServers, nameSettings } from './live-settings.ts';

/** What the administrator has said. `card`: true for the card that leads to the image server; undefined for DHCP. */
export type SettingsWish = {
  server: string;
  httpPort: number;
  rsyncPort: number;
  card: string | true | undefined;
  image: string | undefined;
};

/** Files with the true name servers, where /etc/resolv.conf names a stub: systemd-resolved(8), NetworkManager.conf(5). */
const resolvConfs: AbsPath[] = [
  '/etc/resolv.conf',
  '/run/systemd/resolve/resolv.conf',
  '/run/NetworkManager/no-stub-resolv.conf',
  '/run/NetworkManager/resolv.conf',
];

/** The IPv4 address of the image server, so that BOEL needs no name server; UserError if there is none. */
export async function addressOfServer(io: ReadIo, server: string): Promise<string> {
  if (parseIpv4(server) !== undefined) return server;
  if (server.includes(':'))
    throw new UserError(
      `the image server is given by an IPv6 address (${server}), and the installer speaks IPv4 only`,
      'Give the image server by its IPv4 address.',
    );
  const { stdout } = await io.run({ argv: ['getent', 'ahostsv4', '--', server] });
  const found = stdout.split(/\s/)[0] ?? '';
  if (parseIpv4(found) !== undefined) return found;
  throw new UserError(
    `the name ${JSON.stringify(server)} has no IPv4 address here`,
    'Give the image server by its IPv4 address.',
  );
}

/** The settings for local.cfg, from the running machine, whatever manages its network. Changes nothing. */
export async function probeSettings(io: ReadIo, wish: SettingsWish): Promise<LiveSettings> {
  const server = await addressOfServer(io, wish.server);
  const { links, routes } = await probeLiveNetwork(io);
  const way = await probeWay(io, server);
  if (way?.isOwn)
    throw new UserError(
      `the image server ${server} is this machine itself, which would lose its images`,
      'Reinstall an image server from another one, or from a medium.',
    );
  if (way === undefined && typeof wish.card !== 'string')
    throw new UserError(`this machine has no route to the image server ${server}`, 'Look at: ip route');
  const text = async (at: AbsPath) => (await io.readText(at)) ?? '';
  const texts = await Promise.all(resolvConfs.map(text));
  const chosen = chooseCard(links, typeof wish.card === 'string' ? wish.card : (way?.card ?? ''));
  const isWayOf = way?.card === chosen.holder.name;
  const own =
    wish.card === undefined
      ? { values: { DEVICE: chosen.card.permanent ?? '' }, notes: [...chosen.notes] }
      : addressSettings(chosen, routes, isWayOf ? way?.from : undefined);
  if (wish.card !== undefined) checkLeadsTo(server, own.values, parseRoutes(own.values.ROUTES ?? '') ?? []);
  const names = nameSettings(
    {
      hostname: (await text('/proc/sys/kernel/hostname')).trim(),
      hosts: await text('/etc/hosts'),
      resolvConf: texts.join('\n'),
    },
    own.values.IPADDR,
  );
  const dns = nameServers(texts);
  const port = (name: SettingName, value: number, usual: number) => (value === usual ? {} : { [name]: String(value) });
  return {
    values: {
      ...names.values,
      ...own.values,
      IMAGESERVER: server,
      ...(wish.card !== undefined && dns.length > 0 ? { DNSSERVERS: dns.join(' ') } : {}),
      ...port('HTTPPORT', wish.httpPort, defaultPorts.http),
      ...port('RSYNCPORT', wish.rsyncPort, defaultPorts.rsync),
      ...(wish.image === undefined ? {} : { IMAGENAME: wish.image }),
    },
    notes: [
      ...own.notes,
      ...names.notes,
      ...(way && !isWayOf
        ? [`the image server is reached by ${way.card} now; the installer uses ${chosen.card.name}`]
        : []),
    ],
  };
}
