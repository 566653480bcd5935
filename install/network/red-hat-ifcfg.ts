import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { goldenFiles, goldenParts } from './shared/golden.ts';
import { ignoredIfcfg, isGoldenIfcfg, isWiredIfcfg, withoutVariables } from './shared/ifcfg.ts';
import { isEnabled } from './shared/service-enabled.ts';

const folder: AbsPath = '/etc/sysconfig/network-scripts';
const routes: AbsPath = '/etc/sysconfig/static-routes';

/** Red Hat’s initscripts (service `network`, releases 6 to 8): its sysconfig.txt. NetworkManager reads the files, too. */
export const redHatIfcfg: NetworkFlavour<true> = {
  name: 'ifcfg of Red Hat',

  async find(tree, isWriter) {
    const files = await goldenFiles(tree, [folder], (text, name) => {
      const [, device] = /^(?:ifcfg|route6?|rule6?)-(.*)$/.exec(name) ?? [];
      if (device === undefined || ignoredIfcfg.test(name)) return false;
      return (isWriter && isWiredIfcfg(text, device)) || isGoldenIfcfg(text, name);
    });
    const common = await goldenParts(tree, ['/etc/sysconfig/network'], (text) =>
      withoutVariables(text, /^\s*(GATEWAY(DEV)?|IPV6_DEFAULT(GW|DEV))=/),
    );
    return [...files, ...common, ...(await goldenParts(tree, [routes], () => ''))];
  },

  async probe(tree) {
    if (!(await tree.list(folder))) return undefined;
    return (await isEnabled(tree, { systemd: 'network.service', sysv: 'network' })) ? true : undefined;
  },

  write(_, wish, root) {
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
    return [{ why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o644 }];
  },
};
