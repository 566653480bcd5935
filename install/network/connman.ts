import { maskOf, printIpv4 } from '../../common/model/ipv4.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { NetworkFlavour } from './flavour.ts';
import { goldenFiles } from './shared/golden.ts';
import { isEnabled } from './shared/service-enabled.ts';

const folder: AbsPath = '/var/lib/connman';

/** ConnMan: connman-service.config(5) configures a card, and ConnMan's own settings lie in a folder named by the card's MAC. */
export const connman: NetworkFlavour<true> = {
  name: 'ConnMan',

  async find(tree) {
    const files = await goldenFiles(
      tree,
      [folder],
      (text, name) =>
        name.endsWith('.config') && /^[ \t]*(MAC|IPv[46])[ \t]*=[ \t]*(?!(dhcp|auto|off)[ \t]*$)\S/m.test(text),
    );
    for (const name of (await tree.list(folder)) ?? [])
      files.push(
        ...(await goldenFiles(
          tree,
          [under(folder, name)],
          (text, own) => own === 'settings' && (name.startsWith('ethernet_') || /^IPv[46]\.method=manual/m.test(text)),
        )),
      );
    return files;
  },

  async probe(tree) {
    const service = { systemd: 'connman.service', openrc: ['connman'], runit: 'connmand', sysv: 'connman' };
    return (await tree.firstOf(['/usr/sbin/connmand', '/usr/bin/connmand'])) && (await isEnabled(tree, service))
      ? true
      : undefined;
  },

  write(_, wish, root) {
    const address =
      wish.mode === 'dhcp'
        ? ['IPv4=dhcp']
        : [
            `IPv4=${[wish.address, printIpv4(maskOf(wish.prefixLength)), ...(wish.gateway ? [wish.gateway] : [])].join('/')}`,
            ...(wish.dns.length > 0 ? [`Nameservers=${wish.dns.join(',')}`] : []),
            ...(wish.domain ? [`Domain=${wish.domain}`] : []),
          ];
    const text = ['[service_boot]', 'Type=ethernet', `MAC=${wish.mac}`, ...address, ''].join('\n');
    const path = under(folder, 'systemimager.config');
    return [
      { why: 'Make room for ConnMan’s settings', kind: 'mkdir', at: { root, path: folder } },
      { why: `Write ${path}`, kind: 'write', at: { root, path }, content: text, mode: 0o600 },
    ];
  },
};
