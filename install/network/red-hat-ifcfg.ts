import { inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { removeFiles } from './shared/fixed-profiles.ts';
import { isEnabled } from './shared/service-enabled.ts';

const folder: AbsPath = '/etc/sysconfig/network-scripts';
const common: AbsPath = '/etc/sysconfig/network';

/** Red Hat’s initscripts (the service `network` of releases 6 to 8): sysconfig.txt of that package. */
export const redHatIfcfg: NetworkFlavour<{ others: AbsPath[]; common: string | undefined }> = {
  name: 'ifcfg of Red Hat',

  async probe(io, root) {
    const tree = inside(io, root);
    const names = await tree.list(folder);
    if (names === undefined || !(await isEnabled(tree, { systemd: 'network.service', sysv: 'network' })))
      return undefined;
    const others = names.filter((name) => /^(ifcfg|route6?|rule6?|keys)-/.test(name) && name !== 'ifcfg-lo');
    return { others: others.map((name) => under(folder, name)), common: await tree.readText(common) };
  },

  plan(facts, wish, root) {
    const address =
      wish.mode === 'dhcp'
        ? ['BOOTPROTO=dhcp']
        : [
            'BOOTPROTO=none',
            `IPADDR=${wish.address}`,
            `PREFIX=${wish.prefixLength}`,
            ...(wish.gateway ? [`GATEWAY=${wish.gateway}`] : []),
            ...wish.dns.map((server, at) => `DNS${at + 1}=${server}`),
            ...(wish.domain ? [`DOMAIN=${wish.domain}`] : []),
          ];
    // Without DEVICE the scripts look for the card by its address.
    const text = [`HWADDR=${wish.mac.toUpperCase()}`, 'TYPE=Ethernet', 'ONBOOT=yes', ...address, ''].join('\n');
    const path = under(folder, 'ifcfg-systemimager');
    const kept = facts.common?.replace(/^GATEWAY(DEV)?=.*\n?/gm, '');
    return [
      ...removeFiles(
        facts.others.filter((one) => one !== path),
        root,
      ),
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o644 },
      ...(kept === undefined || kept === facts.common
        ? []
        : [
            {
              why: 'Take the golden client’s router away',
              kind: 'write' as const,
              at: { root, path: common },
              content: kept,
              mode: 0o644,
            },
          ]),
    ];
  },
};
