import { maskOf, networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import { printLocalCfg } from '../../common/model/local-cfg.ts';
import { defaultPorts } from '../../common/model/settings.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import type { ServerCard } from '../config/networks.ts';
import type { ServerConfig } from '../config/server-toml.ts';

/** What the server knows for the local.cfg of one machine. */
export type MachineCfg = {
  mac: string;
  action: 'install' | 'rescue';
  /** The machine's entry in hosts.json. */
  host: KnownHost | undefined;
  /** The address or name by which the request reached this server, and the ports. */
  reached: { address: string; httpPort: number; rsyncPort: number };
  /** The addresses of this server. */
  cards: readonly ServerCard[];
  dhcp: Pick<ServerConfig['dhcp'], 'router' | 'dns' | 'domain'>;
};

/**
 * The local.cfg on the ISO of a machine. The machine gets a static address if hosts.json has an address, and a network card of
 * this server is in the same network, because nothing else tells the netmask. Such a machine also gets the server's address in
 * that network: the request for the ISO may come from a management network that only the server board reaches.
 */
export function machineCfg({ mac, action, host, reached, cards, dhcp }: MachineCfg): string {
  const card = host?.ip === undefined ? undefined : cards.find((one) => isIn(host.ip, one));
  const router = card && isIn(dhcp.router, card) ? dhcp.router : undefined;
  const { httpPort, rsyncPort } = reached;
  const values = {
    HOSTNAME: host?.host,
    DOMAINNAME: host?.domain ?? (card ? dhcp.domain : undefined),
    IPADDR: card && host?.ip,
    NETMASK: card && printIpv4(maskOf(card.prefixLength)),
    GATEWAY: router,
    IMAGESERVER: card?.address ?? reached.address,
    DNSSERVERS: card && dhcp.dns.length > 0 ? dhcp.dns.join(' ') : undefined,
    HTTPPORT: httpPort === defaultPorts.http ? undefined : String(httpPort),
    RSYNCPORT: rsyncPort === defaultPorts.rsync ? undefined : String(rsyncPort),
    ACTION: action === 'rescue' ? 'shell' : undefined,
  };
  return `# Written by systemimager serve for ${host?.host ?? 'a machine without a name'} (${mac}).\n${printLocalCfg(values)}`;
}

/** True if the IPv4 address lies in the network of the card. */
function isIn(address: string | undefined, { address: own, prefixLength }: ServerCard): boolean {
  const [asked, known] = [parseIpv4(address ?? ''), parseIpv4(own)];
  if (asked === undefined || known === undefined) return false;
  return networkOf(asked, prefixLength) === networkOf(known, prefixLength);
}
