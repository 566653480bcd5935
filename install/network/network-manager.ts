import { createHash } from 'node:crypto';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { fileIn, filesOf, goldenFiles, goldenParts } from './shared/golden.ts';
import { isGoldenProfile, withoutIds } from './shared/keyfile.ts';
import { isEnabled } from './shared/service-enabled.ts';
import { inOrder, leavesWired } from './shared/unmanaged.ts';

const folder: AbsPath = '/etc/NetworkManager/system-connections';
const ours = 'systemimager.nmconnection';
/** NetworkManager.conf(5): the settings of packages, of programs and of administrators. */
const confs: AbsPath[] = ['/usr/lib/NetworkManager/conf.d', '/run/NetworkManager/conf.d', '/etc/NetworkManager/conf.d'];
const mainConf: AbsPath = '/etc/NetworkManager/NetworkManager.conf';
const service = {
  systemd: 'NetworkManager.service',
  openrc: ['networkmanager', 'NetworkManager'],
  runit: 'NetworkManager',
};

/** A UUID that depends only on the card, so that writing the profile again gives the same one. RFC 9562 section 5.8. */
function uuidOf(mac: string): string {
  const hex = createHash('sha256').update(`systemimager ${mac}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** NetworkManager: a keyfile profile that wins by its priority over the golden client's profiles. */
export const networkManager: NetworkFlavour<true> = {
  name: 'NetworkManager',

  async find(tree) {
    const files = [mainConf];
    for (const one of confs) files.push(...(await filesOf(tree, one, /\.conf$/)));
    const texts = await Promise.all(files.map(async (path) => (await fileIn(tree, path))?.text ?? ''));
    const elsewhere = texts.flatMap((text) =>
      [...text.matchAll(/^[ \t]*path[ \t]*=[ \t]*(\/\S+)/gm)].map(([, at = '/']) => absPath(at)),
    );
    const profiles = await goldenFiles(
      tree,
      [folder, '/usr/lib/NetworkManager/system-connections', '/run/NetworkManager/system-connections', ...elsewhere],
      // NetworkManager ignores some names: nm_keyfile_utils_ignore_filename() of its sources.
      (text, name) => !/^\.|~$/.test(name) && isGoldenProfile(text),
    );
    return [...profiles, ...(await goldenParts(tree, files, withoutIds))];
  },

  async probe(tree) {
    const there = await tree.firstOf(['/usr/sbin/NetworkManager', '/sbin/NetworkManager', '/usr/bin/NetworkManager']);
    if (!there || !(await isEnabled(tree, service))) return undefined;
    const read = async (paths: readonly AbsPath[]) =>
      (await Promise.all(paths.map((path) => fileIn(tree, path)))).filter((file) => file !== undefined);
    const folders = await Promise.all(confs.map(async (one) => read(await filesOf(tree, one, /\.conf$/))));
    return leavesWired(inOrder(await read([mainConf]), folders)) ? undefined : true;
  },

  write(_, wish, root) {
    // nm-settings-keyfile(5); 999 is the highest priority (nm-settings(5), connection.autoconnect-priority).
    const ipv4 =
      wish.mode === 'dhcp'
        ? // The value of `mac`: versions before 1.12 would take that word for the identifier itself.
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
      { why: 'Make room for profiles', kind: 'mkdir', at: { root, path: folder } },
      // NetworkManager ignores a profile that others may read.
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o600 },
    ];
  },
};
