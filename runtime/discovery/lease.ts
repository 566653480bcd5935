import {
  broadcastOf,
  isHostAddress,
  maskOf,
  networkOf,
  parseIpv4,
  parseNetmask,
  printIpv4,
} from '../../common/model/ipv4.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import type { SettingName } from '../../common/model/settings.ts';
import type { Found } from './decide.ts';

/** A route besides that to the own network (RFC 3442); without `via` its machines are on the wire. */
export type Route = { network: string; prefixLength: number; via?: string };

/** A DHCP answer, checked. What was wrong in it is left out and said in `notes`. */
export type Lease = {
  card: string;
  found: Found;
  /** A host name counts only once its script is found, so it is no setting yet. */
  host?: string;
  /** An option says which image server to use. Many servers put themselves into next-server, whoever they are. */
  namesServer: boolean;
  routes: Route[];
  mtu?: number;
  notes: string[];
};

/** The environment of a process: NAME=value, each ended by NUL (proc_pid_environ(5)). */
export function parseEnviron(bytes: Uint8Array): Record<string, string> {
  const entries = new TextDecoder().decode(bytes).split('\0');
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const equals = entry.indexOf('=');
      return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)]] : [];
    }),
  );
}

/** The image server in option 224 or 140, which udhcpc hands over as hexadecimal digits: a text, or an address in 4 bytes. */
export function readServerOption(hex: string): string | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(hex)) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const text = checkSetting('IMAGESERVER', bytes.toString('latin1').replace(/(?<!\0)\0+$/, ''));
  if ('value' in text) return text.value;
  const address = bytes.length === 4 ? bytes.readUInt32BE() : 0;
  return isHostAddress(address) ? printIpv4(address) : undefined;
}

/** The smallest MTU of IPv4 that hosts must accept (RFC 791), and the largest of Ethernet cards in use. */
const mtuRange = { min: 576, max: 9216 };

/** What udhcpc puts in place of a name that no host or domain can have (FEATURE_UDHCPC_SANITIZEOPT in dhcpc.c). */
const sanitized = 'bad';

/** Reads what udhcpc's script was given (busybox networking/udhcp/dhcpc.c, fill_envp); or says why it is no answer to use. */
export function readLease(env: Record<string, string>, card: string): Lease | { refused: string } {
  const server = parseIpv4(env.serverid ?? '') === undefined ? '' : ` from ${env.serverid}`;
  const detail = `${card}${server}`;
  const notes: string[] = [];
  const ignore = (what: string, value: string, why: string) =>
    void notes.push(`${what} ${JSON.stringify(value.slice(0, 80))} in the DHCP answer on ${detail} is ignored: ${why}`);
  const checked = (name: SettingName, value: string | undefined): string => {
    if (!value) return '';
    const result = checkSetting(name, value);
    if ('value' in result) return result.value;
    ignore(name, value, result.reason);
    return '';
  };

  const address = parseIpv4(env.ip ?? '') ?? 0;
  const prefixLength = parseNetmask(env.subnet ?? env.mask ?? '');
  if (!isHostAddress(address)) return { refused: `the DHCP answer on ${detail} gives no usable address` };
  if (prefixLength === undefined || prefixLength === 0)
    return { refused: `the DHCP answer on ${detail} gives ${env.ip} without a subnet mask` };

  const network = networkOf(address, prefixLength);
  const classless = readRoutes(env.staticroutes ?? '');
  const onWire = classless.filter((route) => route.via === undefined);
  const isIn = (one: number, net: Route) =>
    networkOf(one, net.prefixLength) === networkOf(parseIpv4(net.network) ?? 0, net.prefixLength);
  const own: Route = { network: printIpv4(network), prefixLength };
  const isNear = (via: string) => {
    const router = parseIpv4(via);
    if (router === undefined || !isHostAddress(router) || router === address) return false;
    // A mask of 32 bits is how clouds say that everything goes through the router.
    return prefixLength === 32 || [own, ...onWire].some((net) => isIn(router, net));
  };
  const routes = classless.filter(({ prefixLength: length, via }) => length > 0 && (via === undefined || isNear(via)));
  // Where there are classless routes, the router option does not count (RFC 3442).
  const router = classless.length > 0 ? classless.find((route) => route.prefixLength === 0)?.via : env.router;
  const routers = (router ?? '').split(/\s+/).filter(Boolean);
  for (const one of routers)
    if (!isNear(one)) ignore('the router', one, `it is not in ${printIpv4(network)}/${prefixLength}`);
  const gateway = routers.find(isNear);

  const options = [env.opt224, env.opt140].filter((hex) => hex !== undefined);
  for (const hex of options) if (!readServerOption(hex)) ignore('the image server', printable(hex), 'it is none');
  const named = options.map(readServerOption).find(Boolean);
  const imageServer = named ?? (env.siaddr === '0.0.0.0' ? '' : env.siaddr);
  const mtu = Number(env.mtu);
  const host = checked('HOSTNAME', env.hostname);
  if (host === sanitized)
    notes.push(
      `udhcpc writes "${sanitized}" for a host name with characters that none may have (DHCP answer on ${detail})`,
    );
  const domain = env.domain?.split(/\s+/)[0];
  if (domain === sanitized) ignore('DOMAINNAME', domain, 'udhcpc writes that for characters that no domain may have');
  return {
    card,
    found: {
      from: 'DHCP',
      detail,
      values: {
        DEVICE: card,
        IPADDR: printIpv4(address),
        NETMASK: printIpv4(maskOf(prefixLength)),
        NETWORK: printIpv4(network),
        BROADCAST: printIpv4(broadcastOf(address, prefixLength)),
        GATEWAY: gateway ?? '',
        // Tells that a router outside of the network is meant.
        GATEWAYDEV: gateway === undefined || isIn(parseIpv4(gateway) ?? 0, own) ? '' : card,
        DOMAINNAME: domain === sanitized ? '' : checked('DOMAINNAME', domain),
        DNSSERVERS: checked('DNSSERVERS', env.dns),
        IMAGESERVER: checked('IMAGESERVER', imageServer),
      },
    },
    ...(host ? { host } : {}),
    namesServer: named !== undefined,
    routes,
    ...(mtu >= mtuRange.min && mtu <= mtuRange.max ? { mtu } : {}),
    notes,
  };
}

const printable = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');

/** udhcpc writes `NETWORK/LENGTH ROUTER` pairs with blanks between; the router 0.0.0.0 means none (RFC 3442). */
function readRoutes(text: string): Route[] {
  const words = text.split(/\s+/).filter(Boolean);
  return words.flatMap((word, at) => {
    const match = /^([\d.]+)\/(\d+)$/.exec(word);
    const via = words[at + 1];
    const network = parseIpv4(match?.[1] ?? '');
    const prefixLength = Number(match?.[2]);
    const router = parseIpv4(via ?? '');
    if (network === undefined || via === undefined || router === undefined || prefixLength > 32) return [];
    const route: Route = { network: printIpv4(networkOf(network, prefixLength)), prefixLength };
    return [router === 0 ? route : { ...route, via }];
  });
}
