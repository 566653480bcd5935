import { inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { fixedProfiles, removeFiles } from './shared/fixed-profiles.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';
import { resolvConf } from './shared/resolv-conf.ts';
import { isEnabled } from './shared/service-enabled.ts';

/** networkd takes the first file that matches, by name over all directories: systemd.network(5). */
const folder: AbsPath = '/etc/systemd/network';
const file: AbsPath = `${folder}/00-systemimager.network`;

/** Made by programs, not cards: their addresses are no machine's own. */
const isVirtual = /^Name=\W*(lo|wg|tun|tap|dummy|ve-|vb-|vz-|docker|virbr)/m;

/** systemd-networkd: one .network file that comes before all others. */
export const systemdNetworkd: NetworkFlavour<{ fixed: AbsPath[]; ownsResolvConf: boolean }> = {
  name: 'systemd-networkd',

  async probe(io, root) {
    const tree = inside(io, root);
    if (!(await isEnabled(tree, { systemd: 'systemd-networkd.service' }))) return undefined;
    const resolved = await isEnabled(tree, { systemd: 'systemd-resolved.service' });
    const fixed = await fixedProfiles(
      tree,
      folder,
      (name) => name.endsWith('.network') && !file.endsWith(`/${name}`),
      (text) => /^Address=/m.test(text) && !isVirtual.test(text),
    );
    return { fixed, ownsResolvConf: !resolved && (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link' };
  },

  plan({ fixed, ownsResolvConf }, wish, root) {
    // The address that BOEL had: a DHCP server knows the machine by its MAC, not by its new machine-id.
    const dhcp = ['DHCP=yes', '', '[DHCPv4]', 'ClientIdentifier=mac'];
    const isOffLink = wish.mode === 'static' && hasOffLinkRouter(wish);
    const network =
      wish.mode === 'dhcp'
        ? dhcp
        : [
            `Address=${wish.address}/${wish.prefixLength}`,
            ...(wish.gateway && !isOffLink ? [`Gateway=${wish.gateway}`] : []),
            ...wish.dns.map((server) => `DNS=${server}`),
            ...(wish.domain ? [`Domains=${wish.domain}`] : []),
            ...(isOffLink ? ['', '[Route]', `Gateway=${wish.gateway}`, 'GatewayOnLink=yes'] : []),
          ];
    const text = ['[Match]', `MACAddress=${wish.mac}`, '', '[Network]', ...network, ''].join('\n');
    return [
      ...removeFiles(fixed, root),
      { why: 'Make room for network files', kind: 'mkdir', at: { root, path: folder } },
      { why: `Write ${file}`, kind: 'write', at: { root, path: file }, content: text, mode: 0o644 },
      ...(wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf ? [resolvConf(wish, root)] : []),
    ];
  },
};
