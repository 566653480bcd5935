import { createHash } from 'node:crypto';
import { inside } from '../../common/system/inside.ts';
import { under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { unitEnabled } from './unit-enabled.ts';

const folder = '/etc/NetworkManager/system-connections';

/** A UUID that depends only on the card, so that writing the profile again gives the same one. RFC 9562 section 5.8. */
function uuidOf(mac: string): string {
  const hex = createHash('sha256').update(`systemimager ${mac}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** NetworkManager: a keyfile profile that wins by its priority over those that the golden client had. */
export const networkManager: NetworkFlavour<object> = {
  name: 'NetworkManager',

  async probe(io, root) {
    const tree = inside(io, root);
    const there = await tree.firstOf(['/usr/sbin/NetworkManager', '/sbin/NetworkManager']);
    return there && (await unitEnabled(tree, 'NetworkManager.service')) ? {} : undefined;
  },

  plan(_, wish, root) {
    // nm-settings-keyfile(5); 999 is the highest priority (nm-settings(5), connection.autoconnect-priority).
    const ipv4 =
      wish.mode === 'dhcp'
        ? ['method=auto', 'dhcp-client-id=mac']
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
    const path = under(folder, 'systemimager.nmconnection');
    return [
      { why: 'Make room for profiles', kind: 'mkdir', at: { root, path: folder } },
      // NetworkManager ignores a profile that others may read.
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o600 },
    ];
  },
};
