import { under } from '../../../common/system/place.ts';
import { cardAddresses } from '../../config/card-addresses.ts';
import { ipv4Of } from '../../config/networks.ts';
import { findDhcpServer } from '../../serve/dhcp-probe.ts';
import { type Check, type Finding, note, wrong } from '../check.ts';

/** What the answer of a DHCP server on the card means; `own` are the addresses of this machine. */
export function judgeDhcp(
  card: string,
  server: string | undefined,
  own: readonly string[],
  isProxy: boolean,
): Finding[] {
  if (server === undefined)
    return isProxy
      ? [note(`no DHCP server answers on ${card}`, 'serve --dhcp=proxy needs another DHCP server for the addresses.')]
      : [];
  if (own.includes(server) || isProxy) return [];
  const hint = 'End that server, or boot machines beside that server: serve --dhcp=proxy.';
  return [wrong(`the DHCP server ${server} answers on ${card}, and serve --dhcp refuses to be a second one`, hint)];
}

/** Asks on the network which server hands out addresses; only with --interface. */
export const otherDhcp: Check = {
  name: 'other-dhcp',
  good: 'no other DHCP server answers',
  isWanted: ({ card }) => card !== undefined,
  async run({ io, paths, card }) {
    if (card === undefined) return [];
    const addresses = await cardAddresses(io);
    const conf = (await io.readText(under(paths.run, 'dnsmasq.conf'))) ?? '';
    const server = await findDhcpServer(ipv4Of(card, addresses));
    const own = addresses.map((one) => one.address);
    return judgeDhcp(card, server, own, /^dhcp-range=.*,proxy/m.test(conf));
  },
};
