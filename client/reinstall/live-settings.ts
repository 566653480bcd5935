import { maskOf, networkOf, parseIpv4, parseNetmask, printIpv4 } from '../../common/model/ipv4.ts';
import { namesOf, parseHosts } from '../../common/model/hosts.ts';
import { printRoutes, type Route } from '../../common/model/route.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import type { SettingName } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import type { LiveAddress, LiveRoute } from '../../machine/live-network.ts';
import type { ChosenCard } from './choose-card.ts';

/** The settings of a local.cfg, and remarks for people. */
export type LiveSettings = { values: Partial<Record<SettingName, string>>; notes: string[] };

/** Protocols of routes that people or DHCP have set; routing daemons may know thousands of others (ip-route(8)). */
const setByPeople = ['boot', 'static', 'dhcp'];

const isIn = (address: string, { network, prefixLength }: Pick<Route, 'network' | 'prefixLength'>) =>
  networkOf(parseIpv4(address) ?? 0, prefixLength) === parseIpv4(network);

/**
 * The address of a card as the settings of one group. `from`: the address from which the machine speaks to the image server.
 * UserError if the card has no IPv4 address, because BOEL has no other.
 */
export function addressSettings(
  { holder, card, notes }: ChosenCard,
  routes: readonly LiveRoute[],
  from: string | undefined,
): LiveSettings {
  const chosen = chooseAddress(holder.name, holder.addresses, from);
  const own: Route = {
    network: printIpv4(networkOf(parseIpv4(chosen.local) ?? 0, chosen.prefixLength)),
    prefixLength: chosen.prefixLength,
  };
  const mine = routes.filter((one) => one.card === holder.name).toSorted((a, b) => a.metric - b.metric);
  const gateway = mine.find(({ prefixLength, via }) => prefixLength === 0 && via !== undefined)?.via;
  const isFar = gateway !== undefined && !isIn(gateway, own);
  const others = mine.filter(
    ({ prefixLength, network, via, protocol }) =>
      prefixLength > 0 &&
      setByPeople.includes(protocol) &&
      // The way to a router outside of the network is made by the gateway itself.
      !(via === undefined && prefixLength === 32 && network === gateway),
  );
  const ipv6 = holder.addresses.filter(({ family }) => family === 'inet6');
  return {
    values: {
      DEVICE: card.permanent ?? '',
      IPADDR: chosen.local,
      NETMASK: printIpv4(maskOf(chosen.prefixLength)),
      ...(gateway === undefined ? {} : { GATEWAY: gateway }),
      ...(isFar ? { GATEWAYDEV: card.permanent ?? '' } : {}),
      ...(others.length > 0 ? { ROUTES: printRoutes(others) } : {}),
    },
    notes: [
      ...notes,
      ...(ipv6.length > 0
        ? [`the installer speaks IPv4 only: ${ipv6.map(({ local }) => local).join(', ')} of ${holder.name} is not used`]
        : []),
    ],
  };
}

function chooseAddress(card: string, all: readonly LiveAddress[], from: string | undefined): LiveAddress {
  const ipv4 = all.filter(({ family }) => family === 'inet');
  const found = ipv4.find(({ local }) => local === from) ?? ipv4.find(({ isSecondary }) => !isSecondary) ?? ipv4[0];
  if (found) return found;
  const others = all.map(({ local }) => local).join(', ');
  throw new UserError(
    `${card} has no IPv4 address${others === '' ? '' : ` (only ${others})`}, and the installer speaks IPv4 only`,
    others === ''
      ? 'Name the card that has the address; `ip address` shows the cards.'
      : 'Give the machine an IPv4 address beside IPv6, or leave out -config if DHCP gives addresses of IPv4.',
  );
}

/** UserError if the settings of the card do not lead to the image server: BOEL would wait for it for ever. */
export function checkLeadsTo(server: string, values: LiveSettings['values'], routes: readonly Route[]): void {
  const { IPADDR = '', NETMASK = '', GATEWAY } = values;
  const prefixLength = parseNetmask(NETMASK) ?? 32;
  const own = { network: printIpv4(networkOf(parseIpv4(IPADDR) ?? 0, prefixLength)), prefixLength };
  if (isIn(server, own) || GATEWAY !== undefined || routes.some((one) => isIn(server, one))) return;
  throw new UserError(
    `no route of the card with ${IPADDR} leads to the image server ${server}`,
    `Name the card that leads there; \`ip route get ${server}\` tells it.`,
  );
}

/** What tells the name of the running machine. */
export type NameFacts = { hostname: string; hosts: string; resolvConf: string };

/** HOSTNAME and DOMAINNAME, as the machine calls itself; a name that is none of its own is left out with a remark. */
export function nameSettings({ hostname, hosts, resolvConf }: NameFacts, address: string | undefined): LiveSettings {
  const checked = checkSetting('HOSTNAME', hostname);
  if (!('value' in checked) || /^localhost(\.|$)/.test(checked.value))
    return {
      values: {},
      notes: [`the machine has no name of its own (${hostname || 'none'}): BOEL looks for its name`],
    };
  const [host = '', ...rest] = checked.value.split('.');
  const lines = parseHosts(hosts);
  const listed = [address ?? '', '127.0.1.1', '127.0.0.1'].flatMap((one) => namesOf(lines, one));
  const whole = listed.find((name) => name.toLowerCase().startsWith(`${host}.`) && !/^localhost\./i.test(name));
  const search = /^[ \t]*(?:domain|search)[ \t]+(\S+)/m.exec(resolvConf)?.[1];
  const domains = [rest.join('.'), whole?.slice(host.length + 1) ?? '', search ?? ''].map((text) =>
    checkSetting('DOMAINNAME', text),
  );
  const domain = domains.find((one) => 'value' in one);
  return {
    values: { HOSTNAME: host, ...(domain && 'value' in domain ? { DOMAINNAME: domain.value } : {}) },
    notes: [],
  };
}

/** The IPv4 addresses of name servers in these resolv.conf(5), from the first that names another machine than this one. */
export function nameServers(texts: readonly string[]): string[] {
  for (const text of texts) {
    const all = [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map(([, address = '']) => address);
    // Stubs of systemd-resolved, dnsmasq and unbound listen on loopback.
    const usable = all.filter((address) => parseIpv4(address) !== undefined && !address.startsWith('127.'));
    if (usable.length > 0) return [...new Set(usable)];
  }
  return [];
}
