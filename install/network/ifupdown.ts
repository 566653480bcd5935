import { maskOf, printIpv4 } from '../../common/model/ipv4.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { fileIn, type Golden } from './shared/golden.ts';
import { interfacesFiles, withoutCards } from './shared/interfaces-file.ts';
import { resolvConf } from './shared/resolv-conf.ts';

type Facts = {
  /** The version of the package; undefined if dpkg does not know the package. */
  version: string | undefined;
  hasUdev: boolean;
  /** /etc/resolv.conf is a file, not a link that a daemon keeps. */
  ownsResolvConf: boolean;
  interfaces: Golden | undefined;
};

const path: AbsPath = '/etc/network/interfaces';

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

/** Debian's ifupdown, Alpine's, that of busybox, and ifupdown2: interfaces(5) and what it sources. */
export const ifupdown: NetworkFlavour<Facts> = {
  name: 'ifupdown',

  async find(tree) {
    const files = await interfacesFiles(tree);
    const texts = withoutCards(files.map(({ text }) => text));
    return files.flatMap((file, at): Golden[] => {
      const left = texts[at] ?? '';
      if (left === file.text) return [];
      return [left.trim() === '' && file.path !== path ? file : { ...file, left }];
    });
  },

  async probe(tree) {
    if (!(await tree.firstOf(['/sbin/ifup', '/usr/sbin/ifup']))) return undefined;
    const status = (await tree.readText('/var/lib/dpkg/status')) ?? '';
    const block = status.split('\n\n').find((text) => /^Package: ifupdown$/m.test(text));
    const files = await this.find(tree, true);
    return {
      version: block && /^Version: (?:\d+:)?(\S+)$/m.exec(block)?.[1],
      hasUdev: (await tree.firstOf(udevs)) !== undefined,
      ownsResolvConf: (await tree.lstat('/etc/resolv.conf'))?.kind !== 'link',
      interfaces: files.find((file) => file.path === path) ?? (await fileIn(tree, path)),
    };
  },

  write({ version, hasUdev, ownsResolvConf, interfaces }, wish, root) {
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
    const left = (interfaces?.left ?? interfaces?.text ?? '').trimEnd();
    const lo = ['# interfaces(5), written when this machine was installed.', 'auto lo', 'iface lo inet loopback'];
    const text = [
      ...(/^[ \t]*iface[ \t]+lo(\s|$)/m.test(left) ? [] : lo),
      ...(left ? [left] : []),
      '',
      `# The card with the MAC ${wish.mac}, whatever its name.`,
      byPattern ? `auto mac/${wish.mac}=${cardName}` : `auto ${cardName}`,
      ...stanza,
      // busybox's mdev names no cards, so nameif names the card before it is brought up.
      ...(byPattern || hasUdev ? [] : [`    pre-up nameif ${cardName} ${wish.mac} || true`]),
      '',
    ].join('\n');
    const steps: Step[] = [
      {
        why: `Write ${path}`,
        kind: 'write',
        at: { root, path },
        content: text,
        mode: interfaces?.mode ?? 0o644,
      },
    ];
    if (!byPattern && hasUdev) steps.push(...nameCard(wish.mac, root));
    if (wish.mode === 'static' && wish.dns.length > 0 && ownsResolvConf) steps.push(resolvConf(wish, root));
    return steps;
  },
};
