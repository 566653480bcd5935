import { inside } from '../../common/system/inside.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { isEnabled } from './shared/service-enabled.ts';

const path = '/etc/dhcpcd.conf';

/** dhcpcd as a service of its own, as Void and Gentoo have it: dhcpcd.conf(5). */
export const dhcpcd: NetworkFlavour<{ config: string }> = {
  name: 'dhcpcd',

  async probe(io, root) {
    const tree = inside(io, root);
    if (!(await isEnabled(tree, { systemd: 'dhcpcd.service', openrc: 'dhcpcd', runit: 'dhcpcd' }))) return undefined;
    return { config: (await tree.readText(path)) ?? '' };
  },

  plan({ config }, wish, root) {
    const address =
      wish.mode === 'dhcp'
        ? ['clientid']
        : [
            `static ip_address=${wish.address}/${wish.prefixLength}`,
            ...(wish.gateway ? [`static routers=${wish.gateway}`] : []),
            ...(wish.dns.length > 0 ? [`static domain_name_servers=${wish.dns.join(' ')}`] : []),
            ...(wish.domain ? [`static domain_search=${wish.domain}`] : []),
          ];
    const content = [
      ...withoutAddresses(config),
      `# The card with the MAC ${wish.mac}.`,
      `interface ${cardName}`,
      ...address,
      '',
    ].join('\n');
    return [
      ...nameCard(wish.mac, root),
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content, mode: 0o644 },
    ];
  },
};

/** The lines but for blocks of interfaces that fix an address, and for ours of another time. */
function withoutAddresses(config: string): string[] {
  const blocks: string[][] = [[]];
  for (const line of config.replace(/\n$/, '').split('\n')) {
    if (/^\s*(interface|profile|ssid|arping)\s/.test(line)) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks
    .filter(
      ([head = '', ...lines]) =>
        !/^\s*interface\s/.test(head) ||
        !(
          head.trim().endsWith(` ${cardName}`) ||
          lines.some((line) => /^\s*(static\s+ip_address|inform)[=\s]/.test(line))
        ),
    )
    .flat()
    .filter((line) => !line.startsWith('# The card with the MAC '));
}
