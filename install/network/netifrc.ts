import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { fileIn, filesOf, type Golden, goldenParts } from './shared/golden.ts';
import { isVirtual, isWireless } from './shared/interface-names.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';

const folder: AbsPath = '/etc/conf.d';
const path = under(folder, 'net');
const script = '/etc/init.d/net.lo';
const runlevels: AbsPath[] = ['/etc/runlevels/boot', '/etc/runlevels/default'];
const isWired = (name: string) => !isVirtual(name) && !isWireless(name);

/** Gentoo's netifrc: /etc/conf.d/net, and a service net.NAME for each card: net.example of that package. */
export const netifrc: NetworkFlavour<{ config: string }> = {
  name: 'netifrc',

  async find(tree, isWriter) {
    // openrc-run(8) reads the file of the service, net.eth0, after the common file.
    const ofCards = await filesOf(tree, folder, /^net\.(?!boot0$|example)/);
    const found = await goldenParts(tree, [path, ...ofCards], (text) => withoutCards(text, isWriter));
    if (!isWriter) return found;
    for (const level of runlevels)
      for (const name of (await tree.list(level)) ?? []) {
        const link: Golden = { path: under(level, name), text: '', mode: 0o777 };
        if (/^net\.(?!boot0$)/.test(name) && isWired(name.slice(4)) && (await tree.exists(link.path))) found.push(link);
      }
    return found;
  },

  async probe(tree) {
    if (!(await tree.exists(script))) return undefined;
    const lists = await Promise.all(runlevels.map((level) => tree.list(level)));
    if (!lists.some((names) => names?.some((name) => /^net\.(?!lo$)/.test(name)))) return undefined;
    return { config: withoutCards((await fileIn(tree, path))?.text ?? '', true) };
  },

  write({ config }, wish, root) {
    const neighbour = wish.mode === 'static' && hasOffLinkRouter(wish) ? `${wish.gateway}/32\n` : '';
    const address =
      wish.mode === 'dhcp'
        ? [`config_${cardName}="dhcp"`]
        : [
            `config_${cardName}="${wish.address}/${wish.prefixLength}"`,
            ...(wish.gateway ? [`routes_${cardName}="${neighbour}default via ${wish.gateway}"`] : []),
            ...(wish.dns.length > 0 ? [`dns_servers_${cardName}="${wish.dns.join(' ')}"`] : []),
            ...(wish.domain ? [`dns_search_${cardName}="${wish.domain}"`] : []),
          ];
    const content = `${config}# The card with the MAC ${wish.mac}.\n${address.join('\n')}\n`;
    const link = (at: AbsPath, target: string): Step => ({
      why: `Start ${cardName} with the machine`,
      kind: 'symlink',
      at: { root, path: at },
      target,
    });
    return [
      ...nameCard(wish.mac, root),
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content, mode: 0o644 },
      link(`/etc/init.d/net.${cardName}`, 'net.lo'),
      link(`/etc/runlevels/default/net.${cardName}`, `/etc/init.d/net.${cardName}`),
    ];
  },
};

/** An assignment of one interface, also over several lines, or of all. */
const assignment =
  /^[ \t]*(config|routes|fallback|fallback_route|mac|bridge|slaves|vlans?|ifconfig|iface|inet6|gateway|dhcp|dhcpcd|dhclient|udhcpc|dns_servers|dns_search)_?(\w*)=("[^"]*"|'[^']*'|\([^)]*\)|[^\s#]*)[^\n]*\n?/gm;

/** The text without fixed addresses and devices built on cards; with `all` also without the lines of all wired cards. */
function withoutCards(text: string, all: boolean): string {
  return text
    .replace(/^# The card with the MAC .*\n/gm, '')
    .replace(assignment, (line, word: string, name: string, value: string) => {
      if (name !== '' && !isWired(name)) return line;
      if (all && name !== '') return '';
      const isDhcp = word === 'config' && !/\d\.\d|:[\da-f]{0,4}:/i.test(value);
      return isDhcp || /^(dhcp\w*|dhclient|udhcpc|dns_\w+)$/.test(word) ? line : '';
    });
}
