import { firstLabel } from '../../common/model/names.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { parseHosts } from '../../common/model/hosts.ts';
import type { ServerCard } from './networks.ts';
import type { ServerConfig } from './server-toml.ts';

/**
 * The names by which machines and browsers may ask for this server, in lower case: its host name, alone and in the domains that
 * it knows; its names in /etc/hosts; and `names` of server.toml, for names that only DNS knows.
 */
export async function ownNames(
  io: ReadIo,
  cards: readonly ServerCard[],
  config: Pick<ServerConfig, 'names' | 'dhcp'>,
): Promise<string[]> {
  const text = async (at: '/proc/sys/kernel/hostname' | '/etc/hosts' | '/etc/resolv.conf') =>
    (await io.readText(at).catch(() => undefined)) ?? '';
  const name = (await text('/proc/sys/kernel/hostname')).trim().toLowerCase();
  const short = firstLabel(name);
  const inHosts = parseHosts(await text('/etc/hosts'))
    .flatMap((line) => (line.kind === 'entry' ? [line] : []))
    .filter(({ address, names }) => {
      // A line for 127.0.0.1 may also list names that are to be blocked.
      return cards.some((one) => one.address === address) ? !address.startsWith('127.') : names.includes(name);
    })
    .flatMap(({ names }) => names);
  // resolv.conf(5)
  const searched = (await text('/etc/resolv.conf'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([word = '', ...domains]) => (['search', 'domain'].includes(word) ? domains : []));
  const domains = ['local', ...(config.dhcp.domain === undefined ? [] : [config.dhcp.domain]), ...searched];
  const all = ['localhost', name, short, ...inHosts, ...domains.map((domain) => `${short}.${domain}`), ...config.names];
  return [...new Set(all.map((one) => one.toLowerCase().replace(/\.$/, '')))].filter(Boolean);
}
