import { createHash } from 'node:crypto';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { fixedProfiles, removeFiles } from './shared/fixed-profiles.ts';
import { isEnabled } from './shared/service-enabled.ts';

const folder: AbsPath = '/etc/NetworkManager/system-connections';
const ours = 'systemimager.nmconnection';
/** Where NetworkManager of Red Hat 7 to 9 reads profiles, too: its plug-in ifcfg-rh. */
const ifcfg: AbsPath = '/etc/sysconfig/network-scripts';
const service = { systemd: 'NetworkManager.service', openrc: 'networkmanager', runit: 'NetworkManager' };

/** nm-settings-keyfile(5): a profile of a card, or of what lies on cards, that gives addresses. */
const isFixed = (text: string) =>
  /^type=(802-3-)?(ethernet|infiniband|bond|bridge|team|vlan|wifi|802-11-wireless)$/m.test(text) &&
  /^(address\d*|addresses\d*)=/m.test(text);

/** A UUID that depends only on the card, so that writing the profile again gives the same one. RFC 9562 section 5.8. */
function uuidOf(mac: string): string {
  const hex = createHash('sha256').update(`systemimager ${mac}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** NetworkManager: a keyfile profile that wins by its priority over those that the golden client had. */
export const networkManager: NetworkFlavour<{ fixed: AbsPath[] }> = {
  name: 'NetworkManager',

  async probe(io, root) {
    const tree = inside(io, root);
    const there = await tree.firstOf(['/usr/sbin/NetworkManager', '/sbin/NetworkManager']);
    if (!there || !(await isEnabled(tree, service))) return undefined;
    const profiles = await fixedProfiles(tree, folder, (name) => name !== ours, isFixed);
    const scripts = await fixedProfiles(
      tree,
      ifcfg,
      (name) => name.startsWith('ifcfg-') && name !== 'ifcfg-lo',
      (text) => /^\s*IPADDR\d*=/m.test(text),
    );
    return { fixed: [...profiles, ...scripts] };
  },

  plan({ fixed }, wish, root) {
    // nm-settings-keyfile(5); 999 is the highest priority (nm-settings(5), connection.autoconnect-priority).
    const ipv4 =
      wish.mode === 'dhcp'
        ? // What `mac` means, which versions before 1.12 would take for the identifier itself.
          ['method=auto', `dhcp-client-id=01:${wish.mac}`]
        : [
            'method=manual',
            `address1=${wish.address}/${wish.prefixLength}${wish.gateway ? `,${wish.gateway}` : ''}`,
            ...(wish.dns.length > 0 ? [`dns=${wish.dns.join(';')};`] : []),
            ...(wish.domain ? [`dns-search=${wish.domain};`] : []),
          ];
    const text = [
      '[connection]',
      'id=systemimager',
      `uuid=${uuidOf(wish.mac)}`,
      'type=ethernet',
      'autoconnect-priority=999',
      '',
      '[ethernet]',
      `mac-address=${wish.mac.toUpperCase()}`,
      '',
      '[ipv4]',
      ...ipv4,
      '',
      '[ipv6]',
      'method=auto',
      '',
    ].join('\n');
    const path = under(folder, ours);
    return [
      ...removeFiles(fixed, root),
      { why: 'Make room for profiles', kind: 'mkdir', at: { root, path: folder } },
      // NetworkManager ignores a profile that others may read.
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o600 },
    ];
  },
};
