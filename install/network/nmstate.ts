import type { NetworkSource } from './flavour.ts';
import { goldenFiles } from './shared/golden.ts';
import { macPattern } from './shared/mac-address.ts';

/** nmstate.service hands /etc/nmstate/*.yml to NetworkManager at the next boot: nmstate.service(8). */
export const nmstate: NetworkSource = {
  name: 'nmstate',

  find: (tree) =>
    goldenFiles(
      tree,
      ['/etc/nmstate'],
      (text, name) =>
        /\.ya?ml$/.test(name) &&
        (/\b(ip|next-hop-address)["']?:\s*["']?[\da-f]|\btype["']?:\s*["']?(bond|vlan|[\w-]*bridge|team|vrf|mac-vlan)/.test(
          text,
        ) ||
          macPattern.test(text)),
    ),
};
