import { maskOf, printIpv4 } from '../../common/model/ipv4.ts';
import { inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { resolvConf } from './shared/resolv-conf.ts';

type Facts = {
  /** The version of the package, where dpkg knows it. */
  version: string | undefined;
  hasUdev: boolean;
  /** /etc/resolv.conf is a file, not a link that a daemon keeps. */
  ownsResolvConf: boolean;
};

/** interfaces(5) "PATTERN MATCHING INTERFACES": `auto mac/…=NAME` came with 0.8.30 (its changelog). */
const patternsSince = [0, 8, 30];

const udevs: AbsPath[] = ['/sbin/udevadm', '/usr/sbin/udevadm', '/bin/udevadm', '/usr/bin/udevadm'];

function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(/[.+~-]/).map(Number);
  for (const [at, number] of wanted.entries()) {
    const part = parts[at] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}

/** Debian's ifupdown, Alpine's and that of busybox: /etc/network/interfaces, written whole, so that no stanza of the golden client takes its address. */
export const ifupdown: NetworkFlavour<Facts> = {
  name: 'ifupdown',

  async probe(io, root) {
    const tree = inside(io, root);
    if (!(await tree.firstOf(['/sbin/ifup', '/usr/sbin/ifup']))) return undefined;
    const status = (await tree.readText('/var/lib/dpkg/status')) ?? '';
    const block = status.split('\n\n').find((text) => /^Package: ifupdown$/m.test(text));
    return {
      version: block && /^Version: (?:\d+:)?(\S+)$/m.exec(block)?.[1],
      hasUdev: (await tree.firstOf(udevs)) !== undefined,
      ownsResolvConf: (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link',
    };
  },

  plan({ version, hasUdev, ownsResolvConf }, wish, root) {
    const byPattern = version !== undefined && atLeast(version, patternsSince);
    const stanza =
      wish.mode === 'dhcp'
        ? [`iface ${cardName} inet dhcp`]
        : [
            `iface ${cardName} inet static`,
            `    address ${wish.address}`,
            `    netmask ${printIpv4(maskOf(wish.prefixLength))}`,
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
      byPattern ? `auto mac/${wish.mac}=${cardName}` : `auto ${cardName}`,
      ...stanza,
      // busybox's mdev names no cards: it is done when the card is brought up, once.
      ...(byPattern || hasUdev ? [] : [`    pre-up nameif ${cardName} ${wish.mac} || true`]),
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
    if (!byPattern && hasUdev) steps.push(...nameCard(wish.mac, root));
    if (wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf) steps.push(resolvConf(wish, root));
    return steps;
  },
};
