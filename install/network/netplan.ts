import { inside } from '../../common/system/inside.ts';
import { under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';

const folder = '/etc/netplan';
const ours = '01-systemimager.yaml';

/** netplan(5) merges every file of the folder, so the golden client's would still apply: ours takes their place. */
export const netplan: NetworkFlavour<{ others: string[]; renderer: string }> = {
  name: 'netplan',

  async probe(io, root) {
    const tree = inside(io, root);
    const files = ((await tree.list(folder)) ?? []).filter((name) => name.endsWith('.yaml'));
    if (files.length === 0 || !(await tree.firstOf(['/usr/sbin/netplan', '/sbin/netplan']))) return undefined;
    const texts = await Promise.all(files.map((name) => tree.readText(under(folder, name))));
    const managed = texts.some((text) => /^\s*renderer:\s*["']?NetworkManager/m.test(text ?? ''));
    return { others: files.filter((name) => name !== ours), renderer: managed ? 'NetworkManager' : 'networkd' };
  },

  plan({ others, renderer }, wish, root) {
    const onLink = wish.mode === 'static' && hasOffLinkRouter(wish) ? { 'on-link': true } : {};
    const card =
      wish.mode === 'dhcp'
        ? { dhcp4: true, 'dhcp-identifier': 'mac' }
        : {
            addresses: [`${wish.address}/${wish.prefixLength}`],
            ...(wish.gateway ? { routes: [{ to: '0.0.0.0/0', via: wish.gateway, ...onLink }] } : {}),
            ...(wish.dns.length > 0
              ? { nameservers: { addresses: wish.dns, ...(wish.domain ? { search: [wish.domain] } : {}) } }
              : {}),
          };
    const match = { macaddress: wish.mac };
    const config = { network: { version: 2, renderer, ethernets: { boot0: { match, ...card } } } };
    const steps: Step[] = others.map((name) => ({
      why: `Remove the golden client’s ${under(folder, name)}`,
      kind: 'remove',
      at: { root, path: under(folder, name) },
    }));
    const path = under(folder, ours);
    // JSON is YAML. netplan warns where others may read the file.
    const content = `# netplan(5), written when this machine was installed.\n${JSON.stringify(config, null, 2)}\n`;
    return [...steps, { why: `Write ${path}`, kind: 'write', at: { root, path }, content, mode: 0o600 }];
  },
};
