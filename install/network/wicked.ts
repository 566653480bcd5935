import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkFlavour } from './flavour.ts';
import { cardName, nameCard } from './shared/card-name.ts';
import { goldenFiles, goldenParts } from './shared/golden.ts';
import { ignoredIfcfg, isGoldenIfcfg, isWiredIfcfg } from './shared/ifcfg.ts';
import { isEnabled } from './shared/service-enabled.ts';

const folder: AbsPath = '/etc/sysconfig/network';
const config: AbsPath = '/etc/sysconfig/network/config';

/** SUSE’s wicked, and SUSE’s old scripts, which read the same files: ifcfg(5), ifroute(5), and netconfig(8) for name servers. */
export const wicked: NetworkFlavour<{ config: string | undefined }> = {
  name: 'wicked',

  async find(tree, isWriter) {
    const files = await goldenFiles(tree, [folder], (text, name) => {
      if (name === 'routes') return true;
      const [, device] = /^if(?:cfg|route|rule)-(.*)$/.exec(name) ?? [];
      if (device === undefined || ignoredIfcfg.test(name)) return false;
      return (isWriter && isWiredIfcfg(text, device)) || isGoldenIfcfg(text, name);
    });
    const xml = await goldenFiles(tree, ['/etc/wicked/ifconfig'], (_, name) => name.endsWith('.xml'));
    const dhcp = await goldenParts(tree, [under(folder, 'dhcp')], (text) =>
      text.replace(/^(DHCLIENT6?_(?:CLIENT_ID|HOSTNAME_OPTION)=)(?!["']?(?:AUTO)?["']?\s*$).*$/gm, '$1""'),
    );
    return [...files, ...xml, ...dhcp];
  },

  async probe(tree) {
    if (!(await tree.list(folder)) || !(await isEnabled(tree, { systemd: 'wicked.service' }))) return undefined;
    return { config: await tree.readText(config) };
  },

  write(facts, wish, root) {
    const write = (path: AbsPath, lines: string[]): Step => {
      return { why: `Write ${path}`, kind: 'write', at: { root, path }, content: `${lines.join('\n')}\n`, mode: 0o644 };
    };
    const comment = `# The card with the MAC ${wish.mac}.`;
    const steps = nameCard(wish.mac, root);
    const own = under(folder, `ifcfg-${cardName}`);
    if (wish.mode === 'dhcp') {
      // The same id as BOEL's: a DHCP server knows the machine by its MAC.
      const client = `DHCLIENT_CLIENT_ID='01:${wish.mac}'`;
      return [...steps, write(own, [comment, "STARTMODE='auto'", "BOOTPROTO='dhcp'", client])];
    }
    const address = `IPADDR='${wish.address}/${wish.prefixLength}'`;
    steps.push(write(own, [comment, "STARTMODE='auto'", "BOOTPROTO='static'", address]));
    if (wish.gateway)
      steps.push(write(under(folder, `ifroute-${cardName}`), [`default ${wish.gateway} - ${cardName}`]));
    if (wish.dns.length > 0 || wish.domain)
      steps.push(
        write(config, [
          withValue(
            withValue(facts.config ?? '', 'NETCONFIG_DNS_STATIC_SERVERS', wish.dns.join(' ')),
            'NETCONFIG_DNS_STATIC_SEARCHLIST',
            wish.domain ?? '',
          ).replace(/\n$/, ''),
        ]),
      );
    return steps;
  },
};

/** The text with that variable set, in its place. */
function withValue(text: string, name: string, value: string): string {
  const line = `${name}="${value}"`;
  const old = new RegExp(`^${name}=.*$`, 'm');
  return old.test(text) ? text.replace(old, line) : `${text}${line}\n`;
}
