import { networkOf, parseIpv4 } from '../../common/model/ipv4.ts';
import type { Route } from '../../common/model/route.ts';
import { here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { CardAddress } from './group-address.ts';

/** Gives a card its address and routes; earlier addresses are removed. */
export function configureCard(
  card: string,
  address: CardAddress,
  { routes = [], mtu }: { routes?: Route[]; mtu?: number } = {},
): Step[] {
  const { gateway, gatewayDevice = card } = address;
  const cidr = `${address.address}/${address.prefixLength}`;
  const isFar = (via: string) =>
    networkOf(parseIpv4(via) ?? 0, address.prefixLength) !== (parseIpv4(address.network) ?? 0);
  const run = (why: string, ...argv: [string, ...string[]]): Step => ({ why, kind: 'run', argv });
  const route = (why: string, to: string, ...how: string[]) => run(why, 'ip', 'route', 'replace', to, ...how);
  const steps = [
    run(`Take old addresses off ${card}`, 'ip', 'addr', 'flush', 'dev', card),
    ...[...new Set([card, gatewayDevice])].map((one) => run(`Switch ${one} on`, 'ip', 'link', 'set', 'dev', one, 'up')),
    ...(mtu === undefined ? [] : [setMtu(card, mtu)]),
    run(`Give ${card} the address ${cidr}`, 'ip', 'addr', 'add', cidr, 'broadcast', address.broadcast, 'dev', card),
  ];
  const routers = new Map(routes.flatMap(({ via }) => (via !== undefined && isFar(via) ? [[via, card]] : [])));
  if (gateway !== undefined && (isFar(gateway) || gatewayDevice !== card)) routers.set(gateway, gatewayDevice);
  for (const [via, device] of routers) steps.push(route(`Reach the router ${via}`, `${via}/32`, 'dev', device));
  for (const { network, prefixLength, via } of routes)
    steps.push(
      via === undefined
        ? route(`Reach ${network} on the wire`, `${network}/${prefixLength}`, 'dev', card)
        : route(`Reach ${network} by ${via}`, `${network}/${prefixLength}`, 'via', via, 'dev', card),
    );
  if (gateway !== undefined)
    steps.push(route(`Reach other networks by ${gateway}`, 'default', 'via', gateway, 'dev', gatewayDevice));
  return steps;
}

/** Not every card can have the MTU of a network; with the card's own MTU, all but larger packets pass. */
function setMtu(card: string, mtu: number): Step {
  const kept = `${card} cannot have the MTU ${mtu} of the DHCP answer and keeps its own`;
  return {
    why: `Set the MTU of ${card}`,
    kind: 'run',
    argv: ['ip', 'link', 'set', 'dev', card, 'mtu', String(mtu)],
    // The exit codes of busybox and iproute2 when the kernel refuses.
    ok: { 1: kept, 2: kept },
  };
}

/** Takes a card's address away again. */
export function clearCard(card: string): Step[] {
  return [{ why: `Take the address off ${card}`, kind: 'run', argv: ['ip', 'addr', 'flush', 'dev', card] }];
}

/** The most name servers that the C library asks (resolv.conf(5), MAXNS). */
const maxNameServers = 3;

/** resolv.conf(5) for other programs; this program asks the servers itself. */
export function resolvConf(dnsServers: readonly string[], domain: string | undefined): Step[] {
  const lines = [
    ...(domain ? [`search ${domain}`] : []),
    ...dnsServers.slice(0, maxNameServers).map((server) => `nameserver ${server}`),
    'options timeout:3 attempts:2',
  ];
  return [
    {
      why: 'Name the DNS servers',
      kind: 'write',
      at: here('/etc/resolv.conf'),
      content: `${lines.join('\n')}\n`,
      mode: 0o644,
    },
  ];
}
