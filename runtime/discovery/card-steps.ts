import { networkOf, parseIpv4 } from '../../common/model/ipv4.ts';
import { here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { CardAddress } from './group-address.ts';
import type { Route } from './lease.ts';

/** Gives a card its address and routes; what it had before goes. */
export function configureCard(
  card: string,
  address: CardAddress,
  extra: { routes?: Route[]; mtu?: number } = {},
): Step[] {
  const { gateway, gatewayDevice = card } = address;
  const mtu = extra.mtu === undefined ? [] : ['mtu', String(extra.mtu)];
  const cidr = `${address.address}/${address.prefixLength}`;
  const inNetwork = (text: string) =>
    networkOf(parseIpv4(text) ?? 0, address.prefixLength) === (parseIpv4(address.network) ?? 0);
  const run = (why: string, ...argv: [string, ...string[]]): Step => ({ why, kind: 'run', argv });
  const up = [...new Set([card, gatewayDevice])];
  const steps = [
    run(`Take old addresses off ${card}`, 'ip', 'addr', 'flush', 'dev', card),
    ...up.map((one) => run(`Switch ${one} on`, 'ip', 'link', 'set', 'dev', one, 'up', ...(one === card ? mtu : []))),
    run(`Give ${card} the address ${cidr}`, 'ip', 'addr', 'add', cidr, 'broadcast', address.broadcast, 'dev', card),
  ];
  for (const { network, prefixLength, via } of extra.routes ?? [])
    steps.push(
      run(
        `Reach ${network} by ${via}`,
        'ip',
        'route',
        'replace',
        `${network}/${prefixLength}`,
        'via',
        via,
        'dev',
        card,
      ),
    );
  if (gateway === undefined) return steps;
  if (!inNetwork(gateway) || gatewayDevice !== card)
    steps.push(run(`Reach the router ${gateway}`, 'ip', 'route', 'replace', `${gateway}/32`, 'dev', gatewayDevice));
  steps.push(
    run(
      `Reach other networks by ${gateway}`,
      'ip',
      'route',
      'replace',
      'default',
      'via',
      gateway,
      'dev',
      gatewayDevice,
    ),
  );
  return steps;
}

/** Takes a card's address away again. */
export function clearCard(card: string): Step[] {
  return [{ why: `Take the address off ${card}`, kind: 'run', argv: ['ip', 'addr', 'flush', 'dev', card] }];
}

/** As many name servers as the C library asks (resolv.conf(5), MAXNS). */
const maxNameServers = 3;

/** resolv.conf(5) for the programs; this program asks the servers itself. */
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
