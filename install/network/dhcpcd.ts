import { type AbsPath } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { fileIn, goldenParts } from './shared/golden.ts';
import { isVirtual } from './shared/interface-names.ts';
import { isEnabled } from './shared/service-enabled.ts';

const path: AbsPath = '/etc/dhcpcd.conf';

/** dhcpcd as a service of its own, as Void, Gentoo and Raspberry Pi OS have it: dhcpcd.conf(5). */
export const dhcpcd: NetworkFlavour<{ config: string; mode: number }> = {
  name: 'dhcpcd',

  find: (tree) => goldenParts(tree, [path, '/etc/dhcpcd/dhcpcd.conf'], withoutAddresses),

  async probe(tree) {
    if (!(await isEnabled(tree, { systemd: 'dhcpcd.service', openrc: ['dhcpcd'], runit: 'dhcpcd', sysv: 'dhcpcd' })))
      return undefined;
    const file = await fileIn(tree, path);
    return { config: file?.text ?? '', mode: file?.mode ?? 0o644 };
  },

  write({ config, mode }, wish, root) {
    const address =
      wish.mode === 'dhcp'
        ? ['clientid']
        : [
            `static ip_address=${wish.address}/${wish.prefixLength}`,
            ...(wish.gateway ? [`static routers=${wish.gateway}`] : []),
            ...(wish.dns.length > 0 ? [`static domain_name_servers=${wish.dns.join(' ')}`] : []),
            ...(wish.domain ? [`static domain_search=${wish.domain}`] : []),
          ];
    // A list of allowed cards would leave out this machine's card.
    const kept = withoutAddresses(config)
      .replace(/^([ \t]*allowinterfaces\s.*)$/gm, `$1 ${cardName}`)
      .replace(/\n$/, '');
    const content = [
      ...(kept ? [kept] : ['']),
      `# The card with the MAC ${wish.mac}.`,
      `interface ${cardName}`,
      ...address,
      '',
    ];
    return [
      ...nameCard(wish.mac, root),
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: content.join('\n'), mode },
    ];
  },
};

const fixed = /^\s*(static\s+(ip6?_address|routers|(\w*_)?(static_)?routes)[=\s]|(inform6?|request)\s+\S)/;
const headOf = (block: readonly string[]) => /^\s*(interface|profile)\s+(\S+)/.exec(block[0] ?? '') ?? [];

/** The text without addresses, without ids of one machine for a server, and without our block of an earlier installation. */
function withoutAddresses(config: string): string {
  const blocks: string[][] = [[]];
  for (const line of config.split(/(?<=\n)/)) {
    if (/^\s*(interface|profile|ssid|arping)\s/.test(line)) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  const gone = blocks.filter((block) => {
    const [, kind, name = ''] = headOf(block);
    return kind && !isVirtual(name) && (name === cardName || block.some((line) => fixed.test(line)));
  });
  const profiles = new Set(gone.map((block) => headOf(block)[2]));
  return blocks
    .filter((block) => !gone.includes(block))
    .flatMap((block) => (isVirtual(headOf(block)[2] ?? '') ? block : block.flatMap((line) => ownLine(line, profiles))))
    .join('');
}

/** The line without an address, an explicit identifier, a profile that is gone, or the words before our own block. */
function ownLine(line: string, profiles: ReadonlySet<string | undefined>): string[] {
  const [, word, value] = /^\s*(\w+)[ \t]+(\S+)/.exec(line) ?? [];
  if (fixed.test(line) || line.startsWith('# The card with the MAC ')) return [];
  if (word === 'iaid' || (word === 'fallback' && profiles.has(value))) return [];
  if (word === 'duid' && /^(llt?|uuid)$/.test(value ?? '')) return [line];
  return word && ['clientid', 'hostname', 'duid'].includes(word) ? [`${word}\n`] : [line];
}
