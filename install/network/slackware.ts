import { maskOf, printIpv4 } from '../../common/model/ipv4.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { fileIn, goldenParts } from './shared/golden.ts';
import { resolvConf } from './shared/resolv-conf.ts';

const path: AbsPath = '/etc/rc.d/rc.inet1.conf';
const script = '/etc/rc.d/rc.inet1';

/** Slackware: /etc/rc.d/rc.inet1.conf, a list of variables with a number for each card: rc.inet1.conf(5). */
export const slackware: NetworkFlavour<{ config: string; mode: number }> = {
  name: 'rc.inet1 of Slackware',

  find: (tree, isWriter) => goldenParts(tree, [path], (text) => withoutCards(text, isWriter)),

  async probe(tree) {
    const file = await fileIn(tree, path);
    // Slackware runs the executable scripts of /etc/rc.d.
    const isRun = ((await tree.stat(script))?.mode ?? 0) & 0o111;
    return file && isRun ? { config: withoutCards(file.text, true), mode: file.mode } : undefined;
  },

  write({ config, mode }, wish, root) {
    const values =
      wish.mode === 'dhcp'
        ? { IFNAME: cardName, USE_DHCP: 'yes' }
        : { IFNAME: cardName, IPADDR: wish.address, NETMASK: printIpv4(maskOf(wish.prefixLength)), USE_DHCP: '' };
    const lines = Object.entries(values).map(([name, value]) => `${name}[0]="${value}"`);
    const router = wish.mode === 'static' && wish.gateway ? [`GATEWAY="${wish.gateway}"`] : [];
    const content = [`${config}${mark}${wish.mac}.`, ...lines, ...router, ''].join('\n');
    return [
      ...nameCard(wish.mac, root),
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content, mode },
      ...(wish.mode === 'static' && wish.dns.length > 0 ? [resolvConf(wish, root)] : []),
    ];
  },
};

const mark = '# The card with the MAC ';
const fixed =
  /^([ \t]*(?:IPADDRS?|NETMASK|IP6ADDRS?|PREFIXLEN6?|GATEWAY6?|ROUTES?|HWADDR|MACADDR|BRNICS|BONDNICS|VLANS?|DHCP_HOSTNAME|DHCP_IPADDR|DHCP_CLIENTID|IFOPTS)(?:\[\d+\])?=)(?!""[ \t]*$).*$/gm;

/** The text with empty values in place of the golden client's; with `all` also of variables that start DHCP on its cards. */
function withoutCards(text: string, all: boolean): string {
  const own = text.indexOf(mark);
  const kept = (own < 0 ? text : text.slice(0, own)).replace(fixed, '$1""');
  return all ? kept.replace(/^([ \t]*(?:USE_DHCP6?|USE_SLAAC|IFNAME)\[\d+\]=)(?!""[ \t]*$).*$/gm, '$1""') : kept;
}
