import { inside } from '../../common/system/inside.ts';
import type { NetworkFlavour } from './flavour.ts';
import { resolvConf } from './resolv-conf.ts';
import { unitEnabled } from './unit-enabled.ts';

/** networkd takes the first file that matches, by name over all directories: systemd.network(5). */
const file = '/etc/systemd/network/00-systemimager.network';

/** systemd-networkd: one .network file that comes before all others. */
export const systemdNetworkd: NetworkFlavour<{ ownsResolvConf: boolean }> = {
  name: 'systemd-networkd',

  async probe(io, root) {
    const tree = inside(io, root);
    if (!(await unitEnabled(tree, 'systemd-networkd.service'))) return undefined;
    const resolved = await unitEnabled(tree, 'systemd-resolved.service');
    return { ownsResolvConf: !resolved && (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link' };
  },

  plan({ ownsResolvConf }, wish, root) {
    // The address that BOEL had: a DHCP server knows the machine by its MAC, not by its new machine-id.
    const dhcp = ['DHCP=yes', '', '[DHCPv4]', 'ClientIdentifier=mac'];
    const network =
      wish.mode === 'dhcp'
        ? dhcp
        : [
            `Address=${wish.address}/${wish.prefixLength}`,
            ...(wish.gateway ? [`Gateway=${wish.gateway}`] : []),
            ...wish.dns.map((server) => `DNS=${server}`),
            ...(wish.domain ? [`Domains=${wish.domain}`] : []),
          ];
    const text = ['[Match]', `MACAddress=${wish.mac}`, '', '[Network]', ...network, ''].join('\n');
    return [
      { why: 'Make room for network files', kind: 'mkdir', at: { root, path: '/etc/systemd/network' } },
      { why: `Write ${file}`, kind: 'write', at: { root, path: file }, content: text, mode: 0o644 },
      ...(wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf ? [resolvConf(wish, root)] : []),
    ];
  },
};
