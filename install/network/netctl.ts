import type { Inside } from '../../common/system/inside.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { type Golden, goldenFiles } from './shared/golden.ts';
import { isVirtual, isWireless } from './shared/interface-names.ts';
import { hasOffLinkRouter } from './shared/off-link.ts';

const folder: AbsPath = '/etc/netctl';
const wants: AbsPath = '/etc/systemd/system/multi-user.target.wants';
/** The unit of a profile; systemd-escape(1) writes a dash as \x2d. */
const unitOf = (profile: string) => under(wants, `netctl@${escaped(profile)}.service`);
const escaped = (name: string) =>
  name.replaceAll(/^\.|[^\w:.]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Arch's netctl of before networkd: netctl.profile(5) for each network, and a service for each that starts with the machine. */
export const netctl: NetworkFlavour<{ client: string | undefined }> = {
  name: 'netctl',

  async find(tree, isWriter) {
    const profiles = await goldenFiles(tree, [folder], (text) => {
      const device = /^[ \t]*Interface=["']?([\w.:-]+)/m.exec(text)?.[1] ?? '';
      if (isVirtual(device)) return false;
      if (isWriter && !isWireless(device)) return true;
      return /^[ \t]*(Address6?|Gateway6?|Routes6?|MACAddress|IPCustom|BindsToInterfaces)=(?!\(\)|''|"")\S/m.test(text);
    });
    // Without its profile or its card a service fails at each start, and the machine waits for the card.
    const gone = new Set(profiles.map(({ path }) => unitOf(path.slice(folder.length + 1))));
    const units = ((await tree.list(wants)) ?? [])
      .filter((name) => {
        const card = /^netctl-ifplugd@(.+)\.service$/.exec(name)?.[1];
        return gone.has(under(wants, name)) || (isWriter && card !== undefined && !isWireless(card));
      })
      .map((name): Golden => ({ path: under(wants, name), text: '', mode: 0o777 }));
    return [...profiles, ...units];
  },

  async probe(tree) {
    return ((await tree.list(wants)) ?? []).some((name) => /^netctl(-auto|-ifplugd)?@/.test(name))
      ? { client: await dhcpClient(tree) }
      : undefined;
  },

  write({ client }, wish, root) {
    const address =
      wish.mode === 'dhcp'
        ? ['IP=dhcp', ...(client ? [`DHCPClient=${client}`] : [])]
        : [
            'IP=static',
            `Address=('${wish.address}/${wish.prefixLength}')`,
            ...(hasOffLinkRouter(wish) ? [`Routes=('${wish.gateway}')`] : []),
            ...(wish.gateway ? [`Gateway='${wish.gateway}'`] : []),
            ...(wish.dns.length > 0 ? [`DNS=(${wish.dns.map((server) => `'${server}'`).join(' ')})`] : []),
            ...(wish.domain ? [`DNSSearch='${wish.domain}'`] : []),
          ];
    const head = [`# The card with the MAC ${wish.mac}.`, `Interface=${cardName}`, 'Connection=ethernet'];
    const path = under(folder, 'systemimager');
    const steps: Step[] = [
      {
        why: `Write ${path}`,
        kind: 'write',
        at: { root, path },
        content: [...head, ...address, ''].join('\n'),
        mode: 0o644,
      },
      {
        why: 'Start the profile at boot',
        kind: 'symlink',
        at: { root, path: unitOf('systemimager') },
        target: '/usr/lib/systemd/system/netctl@.service',
      },
    ];
    return [...nameCard(wish.mac, root), ...steps];
  },
};

/** The DHCP client of the image: distributions have different defaults for a profile that names no client. */
async function dhcpClient(tree: Inside): Promise<string | undefined> {
  for (const name of ['dhcpcd', 'dhclient'])
    if (await tree.firstOf([`/usr/bin/${name}`, `/usr/sbin/${name}`, `/sbin/${name}`])) return name;
  return undefined;
}
