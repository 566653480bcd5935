import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { fileIn, filesOf, goldenFiles, goldenParts } from './shared/golden.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';
import { resolvConf } from './shared/resolv-conf.ts';
import { isEnabled } from './shared/service-enabled.ts';
import { isGoldenUnit, isVirtualUnit, withoutUnitIds } from './shared/networkd-units.ts';

/** networkd takes the first file that matches, by name over all directories: systemd.network(5). */
const folder: AbsPath = '/etc/systemd/network';
const file = '00-systemimager.network';
const folders: AbsPath[] = [
  folder,
  '/run/systemd/network',
  '/usr/local/lib/systemd/network',
  '/usr/lib/systemd/network',
  '/lib/systemd/network',
];
/** Where networkd.conf(5) is read. */
const confs: AbsPath[] = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

/** systemd-networkd: one .network file that comes before all others. */
export const systemdNetworkd: NetworkFlavour<{ ownsResolvConf: boolean }> = {
  name: 'systemd-networkd',

  async find(tree, isWriter) {
    const isEarly = (text: string, name: string) =>
      isWriter && name.endsWith('.network') && name <= file && !isVirtualUnit(text);
    const found = await goldenFiles(tree, folders, (text, name) => isGoldenUnit(text, name) || isEarly(text, name));
    const settings: AbsPath[] = [];
    // Drop-ins: files in NAME.network.d add to NAME.network of any folder.
    for (const top of folders)
      for (const name of (await tree.list(top)) ?? []) {
        if (!/\.(network|netdev|link)\.d$/.test(name)) continue;
        const main = name.replace(/\.d$/, '');
        const at = await tree.firstOf(folders.map((one) => under(one, main)));
        const whole = (at && (await fileIn(tree, at))?.text) ?? '';
        const dropIns = await goldenFiles(
          tree,
          [under(top, name)],
          (text, own) => own.endsWith('.conf') && isGoldenUnit(text, main, whole),
        );
        found.push(...dropIns);
      }
    for (const top of confs)
      settings.push(under(top, 'networkd.conf'), ...(await filesOf(tree, under(top, 'networkd.conf.d'), /\.conf$/)));
    return [...found, ...(await goldenParts(tree, settings, withoutUnitIds))];
  },

  async probe(tree) {
    if (!(await isEnabled(tree, { systemd: 'systemd-networkd.service' }))) return undefined;
    const resolved = await isEnabled(tree, { systemd: 'systemd-resolved.service' });
    return { ownsResolvConf: !resolved && (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link' };
  },

  write({ ownsResolvConf }, wish, root) {
    const path = under(folder, file);
    // This keeps the address that BOEL had: a DHCP server knows the machine by its MAC, not by its new machine-id.
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
      { why: 'Make room for network files', kind: 'mkdir', at: { root, path: folder } },
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o644 },
      ...(wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf ? [resolvConf(wish, root)] : []),
    ];
  },
};
