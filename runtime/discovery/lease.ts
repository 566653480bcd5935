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
import type { Route } from '../../common/model/route.ts';
import type { SettingName } from '../../common/model/settings.ts';
import type { Found } from './decide.ts';
import { waysOut } from './lease-routes.ts';

/** A checked DHCP answer. Wrong values are left out, and `notes` has a line on each. */
export type Lease = {
  card: string;
  found: Found;
  /** A host name counts only once its script is found, so it is no setting yet. */
  host?: string;
  /** True if an option names the image server. next-server is no proof: many DHCP servers put their own address there. */
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

/** Reads the environment of udhcpc's script (busybox networking/udhcp/dhcpc.c, fill_envp); or says why the answer is useless. */
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

  const network = printIpv4(networkOf(address, prefixLength));
  const { routes, gateway, isOutside, strays } = waysOut(env, { address, prefixLength });
  for (const one of strays) ignore('the router', one, `it is not in ${network}/${prefixLength}`);

  const options = [env.opt224, env.opt140].filter((hex) => hex !== undefined);
  for (const hex of options) if (!readServerOption(hex)) ignore('the image server', printable(hex), 'it is none');
  const named = options.map(readServerOption).find(Boolean);
  const imageServer = named ?? (env.siaddr === '0.0.0.0' ? '' : env.siaddr);
  const mtu = Number(env.mtu);
  const host = checked('HOSTNAME', env.hostname);
  if (host === sanitized)
    notes.push(`udhcpc writes "${sanitized}" for a host name with forbidden characters (DHCP answer on ${detail})`);
  const domain = env.domain?.split(/\s+/)[0];
  if (domain === sanitized)
    ignore('DOMAINNAME', domain, 'udhcpc writes these characters in place of forbidden characters');
  return {
    card,
    found: {
      from: 'DHCP',
      detail,
      values: {
        DEVICE: card,
        IPADDR: printIpv4(address),
        NETMASK: printIpv4(maskOf(prefixLength)),
        NETWORK: network,
        BROADCAST: printIpv4(broadcastOf(address, prefixLength)),
        GATEWAY: gateway ?? '',
        // With GATEWAYDEV, the router may be outside of the network.
        GATEWAYDEV: isOutside ? card : '',
        DOMAINNAME: domain === sanitized ? '' : checked('DOMAINNAME', domain),
        DNSSERVERS: checked('DNSSERVERS', env.dns),
        IMAGESERVER: checked('IMAGESERVER', imageServer),
      },
    },
    host: host || undefined,
    namesServer: named !== undefined,
    routes,
    ...(mtu >= mtuRange.min && mtu <= mtuRange.max ? { mtu } : {}),
    notes,
  };
}

const printable = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');
