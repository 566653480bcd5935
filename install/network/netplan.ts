import { posix } from 'node:path';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { goldenFiles } from './shared/golden.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';

const folder = '/etc/netplan';
const folders: AbsPath[] = ['/usr/lib/netplan', '/lib/netplan', folder, '/run/netplan'];
const path = under(folder, '01-systemimager.yaml');
const programs: AbsPath[] = [
  '/usr/sbin/netplan',
  '/sbin/netplan',
  '/usr/libexec/netplan/generate',
  '/usr/lib/netplan/generate',
];

/** netplan(5) merges all files, so the golden client's files would still apply: our file takes their place. */
export const netplan: NetworkFlavour<{ renderer: string }> = {
  name: 'netplan',

  find: (tree) => goldenFiles(tree, folders, (_, name) => name.endsWith('.yaml')),

  async probe(tree) {
    if (!(await tree.firstOf(programs))) return undefined;
    const files = await this.find(tree, true);
    if (files.length === 0) return undefined;
    // The files are merged in the order of their names: netplan(5).
    const inOrder = files.toSorted((a, b) => (posix.basename(a.path) < posix.basename(b.path) ? -1 : 1));
    return { renderer: inOrder.flatMap(({ text }) => rendererIn(text) ?? []).at(-1) ?? 'networkd' };
  },

  write({ renderer }, wish, root) {
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
    // JSON is YAML. netplan warns if others may read the file.
    const content = `# netplan(5), written when this machine was installed.\n${JSON.stringify(config, null, 2)}\n`;
    return [{ why: `Write ${path}`, kind: 'write', at: { root, path }, content, mode: 0o600 }];
  },
};

const key = `["']?renderer["']?:[ \\t]*["']?(NetworkManager|networkd)`;
/** No file of netplan nests braces deeper. */
const mostBraces = 16;

/** The renderer for all cards of a file; a renderer of a single card or kind, which stands deeper, does not count. */
function rendererIn(text: string): string | undefined {
  const said = text.replaceAll(/^[ \t]*#.*\n?/gm, '');
  const [, indent] = /^["']?network["']?:[ \t]*(?:#.*)?\n(?:[ \t]*\n)*( +)/m.exec(said) ?? [];
  if (indent !== undefined) return new RegExp(`^${indent}${key}`, 'm').exec(said)?.[1];
  let flow = /["']?network["']?:\s*\{(.*)/s.exec(said)?.[1] ?? '';
  for (let depth = 0; depth < mostBraces; depth += 1) flow = flow.replaceAll(/\{[^{}]*\}/g, '');
  return new RegExp(`^[^{}]*?${key}`).exec(flow)?.[1];
}
