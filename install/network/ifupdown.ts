import { inside } from '../../common/system/inside.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { resolvConf } from './resolv-conf.ts';

type Facts = {
  /** The version of the package, where dpkg knows it. */
  version: string | undefined;
  /** /etc/resolv.conf is a file, not a link that a daemon keeps. */
  ownsResolvConf: boolean;
};

/** The logical name of the card in interfaces(5). */
const logical = 'boot0';

/** interfaces(5) "PATTERN MATCHING INTERFACES": `auto mac/…=NAME` came with 0.8.30 (its changelog). */
const patternsSince = [0, 8, 30];

function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(/[.+~-]/).map(Number);
  for (const [at, number] of wanted.entries()) {
    const part = parts[at] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}

/** Debian's ifupdown: /etc/network/interfaces, written whole, so that no stanza of the golden client takes its address. */
export const ifupdown: NetworkFlavour<Facts> = {
  name: 'ifupdown',

  async probe(io, root) {
    const tree = inside(io, root);
    if (!(await tree.firstOf(['/sbin/ifup', '/usr/sbin/ifup']))) return undefined;
    const status = (await tree.readText('/var/lib/dpkg/status')) ?? '';
    const block = status.split('\n\n').find((text) => /^Package: ifupdown$/m.test(text));
    return {
      version: block && /^Version: (?:\d+:)?(\S+)$/m.exec(block)?.[1],
      ownsResolvConf: (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link',
    };
  },

  plan({ version, ownsResolvConf }, wish, root) {
    const byPattern = version !== undefined && atLeast(version, patternsSince);
    const stanza =
      wish.mode === 'dhcp'
        ? [`iface ${logical} inet dhcp`]
        : [
            `iface ${logical} inet static`,
            `    address ${wish.address}/${wish.prefixLength}`,
            ...(wish.gateway ? [`    gateway ${wish.gateway}`] : []),
            ...(wish.dns.length > 0 ? [`    dns-nameservers ${wish.dns.join(' ')}`] : []),
            ...(wish.domain ? [`    dns-search ${wish.domain}`] : []),
          ];
    const text = [
      '# interfaces(5), written when this machine was installed.',
      'auto lo',
      'iface lo inet loopback',
      '',
      `# The card with the MAC ${wish.mac}, whatever its name.`,
      byPattern ? `auto mac/${wish.mac}=${logical}` : `auto ${logical}`,
      ...stanza,
      '',
    ].join('\n');
    const steps: Step[] = [
      {
        why: 'Write /etc/network/interfaces',
        kind: 'write',
        at: { root, path: '/etc/network/interfaces' },
        content: text,
        mode: 0o644,
      },
    ];
    if (!byPattern)
      steps.push(
        { why: 'Make room for link files', kind: 'mkdir', at: { root, path: '/etc/systemd/network' } },
        {
          why: `Name the card with the MAC ${wish.mac} ${logical}: this ifupdown cannot match MACs`,
          kind: 'write',
          at: { root, path: `/etc/systemd/network/10-${logical}.link` },
          content: `[Match]\nMACAddress=${wish.mac}\n\n[Link]\nName=${logical}\n`,
          mode: 0o644,
        },
      );
    if (wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf) steps.push(resolvConf(wish, root));
    return steps;
  },
};
