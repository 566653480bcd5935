import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import { inside } from '../../common/system/inside.ts';
import { goldenNetworks } from '../../test/helpers/golden-networks.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import type { NetworkWish } from './flavour.ts';
import { networkFlavours, networkSources } from './index.ts';
import { planNetwork, probeNetwork } from './plan-network.ts';

const mac = '52:54:00:12:34:56';
const wishes: NetworkWish[] = [
  { mode: 'dhcp', mac },
  {
    mode: 'static',
    mac,
    address: '10.0.0.7',
    prefixLength: 24,
    gateway: '10.0.0.1',
    dns: ['10.0.0.2', '10.0.0.3'],
    domain: 'example.org',
  },
  { mode: 'static', mac, address: '10.0.0.7', prefixLength: 32, dns: [] },
];
const wants = '/a/etc/systemd/system/multi-user.target.wants';
const status = (version: string) => `Package: dpkg\nVersion: 1\n\nPackage: ifupdown\nStatus: ok\nVersion: ${version}\n`;

/** For each flavour an image that uses it, and where its configuration lands. */
const images: Record<string, { files: Record<string, RecordedFile>; file: string }> = {
  ifupdown: {
    files: {
      '/a/sbin/ifup': '',
      '/a/var/lib/dpkg/status': status('0.8.41'),
      '/a/etc/network/interfaces': 'auto enp1s0\n',
    },
    file: '/a/etc/network/interfaces',
  },
  'systemd-networkd': {
    files: { [`${wants}/systemd-networkd.service`]: { link: '/lib/systemd/system/systemd-networkd.service' } },
    file: '/a/etc/systemd/network/00-systemimager.network',
  },
  NetworkManager: {
    files: { '/a/usr/sbin/NetworkManager': '', [`${wants}/NetworkManager.service`]: { link: '/lib/x' } },
    file: '/a/etc/NetworkManager/system-connections/systemimager.nmconnection',
  },
  netplan: {
    files: { '/a/usr/sbin/netplan': '', '/a/etc/netplan/50-cloud-init.yaml': 'network:\n  version: 2\n' },
    file: '/a/etc/netplan/01-systemimager.yaml',
  },
};

Object.assign(images, {
  wicked: {
    files: {
      [`${wants}/wicked.service`]: { link: '/usr/lib/systemd/system/wicked.service' },
      '/a/etc/sysconfig/network/config': 'X="1"\nNETCONFIG_DNS_STATIC_SERVERS="9.9.9.9"\n',
      '/a/etc/sysconfig/network/ifcfg-eth0': "IPADDR='10.9.9.9/24'\n",
      '/a/etc/sysconfig/network/ifcfg-lo': '',
      '/a/etc/sysconfig/network/routes': 'default 10.9.9.1 - -\n',
    },
    file: '/a/etc/sysconfig/network/ifcfg-boot0',
  },
  'ifcfg of Red Hat': {
    files: {
      '/a/etc/rc.d/rc3.d/S10network': { link: '../init.d/network' },
      '/a/etc/sysconfig/network': 'NETWORKING=yes\nGATEWAY=10.9.9.1\n',
      '/a/etc/sysconfig/network-scripts/ifcfg-eth0': 'DEVICE=eth0\nIPADDR=10.9.9.9\n',
      '/a/etc/sysconfig/network-scripts/ifcfg-lo': '',
      '/a/etc/sysconfig/network-scripts/ifup': '',
    },
    file: '/a/etc/sysconfig/network-scripts/ifcfg-systemimager',
  },
  dhcpcd: {
    files: {
      '/a/etc/runit/runsvdir/default/dhcpcd': { link: '/etc/sv/dhcpcd' },
      '/a/etc/dhcpcd.conf': 'hostname\ninterface eth0\nstatic ip_address=10.9.9.9/24\ninterface wlan0\nmetric 9\n',
    },
    file: '/a/etc/dhcpcd.conf',
  },
});

for (const [name, file] of [
  ['ConnMan', '/var/lib/connman/systemimager.config'],
  ['netctl', '/etc/netctl/systemimager'],
  ['netifrc', '/etc/conf.d/net'],
  ['rc.inet1 of Slackware', '/etc/rc.d/rc.inet1.conf'],
] as const)
  images[name] = {
    files: Object.fromEntries(Object.entries(goldenNetworks[name] ?? {}).map(([at, text]) => [`/a${at}`, text])),
    file: `/a${file}`,
  };

const root = '/a';

async function configured(name: string, wish: NetworkWish, more: Record<string, RecordedFile> = {}) {
  const { files, file } = images[name] ?? { files: {}, file: '' };
  const machine = recorderIo({ files: { ...files, ...more } });
  const facts = await probeNetwork(inside(machine.io, root));
  expect(facts.writer?.flavour.name).toBe(name);
  const steps = planNetwork(facts, wish, root);
  await apply(steps, machine.io);
  const text = machine.files.get(file);
  const kept = [...machine.files].filter(([at]) => at.startsWith(`${root}/var/lib/systemimager/`));
  for (const [at] of kept) machine.files.delete(at);
  return { ...machine, text: typeof text === 'string' ? text : '', steps, kept };
}

it('lists every file of the folder', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !/test|index|flavour|plan-network|remarks/.test(name),
  );
  expect(files).toHaveLength(networkSources.length);
});

describe.each(networkFlavours)('$name', (flavour) => {
  it('does not show in an empty image', async () => {
    expect(await flavour.probe(inside(recorderIo({}).io, root))).toBeUndefined();
  });

  it.each(wishes)('names the card by its MAC and writes below the target only: $mode', async (wish) => {
    const { text, steps } = await configured(flavour.name, wish);
    expect(text.toLowerCase()).toContain(mac);
    expect(text).toContain(wish.mode === 'static' ? wish.address : '');
    for (const step of steps) expect('at' in step ? step.at.root : 'to' in step && step.to.root).toBe('/a');
  });

  it('writes the same again over its own', async () => {
    const [dhcp] = wishes as [NetworkWish];
    const first = await configured(flavour.name, dhcp);
    const again = await configured(flavour.name, dhcp, Object.fromEntries(first.files));
    expect(again.text).toBe(first.text);
  });

  it('leaves no address of the golden client', async () => {
    const { files } = await configured(flavour.name, wishes[1] as NetworkWish);
    expect([...files.values()].filter((text) => JSON.stringify(text).includes('10.9.9.'))).toEqual([]);
  });

  it.each(wishes)('$mode reads as it should', async (wish) => {
    expect((await configured(flavour.name, wish)).text).toMatchSnapshot();
  });
});

describe('ifupdown', () => {
  const old = { '/a/var/lib/dpkg/status': status('0.7.53.1') };

  it('has udev name the card where it cannot match a MAC', async () => {
    const { text, files } = await configured('ifupdown', { mode: 'dhcp', mac }, { ...old, '/a/sbin/udevadm': '' });
    expect(text).toContain('auto boot0\niface boot0 inet dhcp\n');
    expect(text).not.toContain('nameif');
    expect(files.get('/a/etc/udev/rules.d/70-systemimager-net.rules')).toMatch(`ATTR{address}=="${mac}", NAME="boot0"`);
  });

  it('names it itself where there is no udev, as on Alpine', async () => {
    const alpine = { '/a/var/lib/dpkg/status': '' };
    const { text, did } = await configured('ifupdown', { mode: 'dhcp', mac }, alpine);
    expect(text).toContain(`auto boot0\niface boot0 inet dhcp\n    pre-up nameif boot0 ${mac} || true\n`);
    expect(did.join()).not.toContain('udev');
  });

  it('writes resolv.conf only where no daemon keeps it', async () => {
    const [, fixed] = wishes as [NetworkWish, NetworkWish];
    expect((await configured('ifupdown', fixed)).files.get('/a/etc/resolv.conf')).toContain('nameserver 10.0.0.2');
    const link = { '/a/etc/resolv.conf': { link: '../run/systemd/resolve/stub-resolv.conf' } };
    expect((await configured('ifupdown', fixed, link)).did.join()).not.toContain('resolv');
  });
});

describe('a router that is no neighbour by its address', () => {
  const wish: NetworkWish = {
    mode: 'static',
    mac,
    address: '10.0.0.7',
    prefixLength: 32,
    gateway: '10.9.0.1',
    dns: [],
  };
  it.each([
    ['systemd-networkd', '\n[Route]\nGateway=10.9.0.1\nGatewayOnLink=yes\n'],
    ['netplan', '"on-link": true'],
    ['netctl', "Routes=('10.9.0.1')"],
    ['netifrc', '10.9.0.1/32\ndefault via 10.9.0.1'],
  ])('is told to %s as one', async (name, line) => {
    expect((await configured(name, wish)).text).toContain(line);
    expect((await configured(name, { ...wish, prefixLength: 8 })).text).not.toMatch(/on-?link|Routes=|\/32/i);
  });
});

describe('netplan', () => {
  it('takes the golden client’s files away and keeps its renderer', async () => {
    const desktop = { '/a/etc/netplan/99-desktop.yaml': 'network:\n  renderer: NetworkManager\n' };
    const { text, files } = await configured('netplan', { mode: 'dhcp', mac }, desktop);
    expect([...files.keys()].filter((name) => name.startsWith('/a/etc/netplan/'))).toHaveLength(1);
    expect(text).toContain('"renderer": "NetworkManager"');
  });
  it.each([
    ['networkd', 'network:\n  renderer: networkd\n  wifis:\n    w:\n      renderer: NetworkManager\n'],
    ['networkd', 'network:\n\n  # renderer: NetworkManager\n  version: 2\n'],
    ['NetworkManager', '"network":\n    version: 2\n    "renderer": "NetworkManager"\n'],
    ['networkd', 'network: {wifis: {w: {renderer: NetworkManager}}, version: 2}\n'],
    ['NetworkManager', '{"network": {"wifis": {"w": {}}, "renderer": "NetworkManager"}}\n'],
  ])('takes %s, which all cards have, and not that of one', async (renderer, text) => {
    const said = await configured('netplan', { mode: 'dhcp', mac }, { '/a/etc/netplan/90.yaml': text });
    expect(said.text).toContain(`"renderer": "${renderer}"`);
  });
});

describe('netctl', () => {
  it('takes what starts the golden client’s profiles away, whatever their names', async () => {
    const service = (name: string) => `${wants}/netctl${name}.service`;
    const goes = ['@office\\x2dlan', '-ifplugd@eth0'].map(service);
    const stays = ['@home', '-auto@wlan0'].map(service);
    const { files } = await configured(
      'netctl',
      { mode: 'dhcp', mac },
      {
        '/a/etc/netctl/office-lan': 'Interface=eth0\nConnection=ethernet\nIP=dhcp\n',
        '/a/etc/netctl/home': 'Interface=wlan0\nConnection=wireless\nIP=dhcp\n',
        ...Object.fromEntries(
          [...goes, ...stays].map((at) => [at, { link: '/usr/lib/systemd/system/netctl@.service' }]),
        ),
      },
    );
    expect([...goes, ...stays].filter((at) => files.has(at))).toEqual(stays);
  });
});

describe('a golden client’s other profiles', () => {
  const connections = '/a/etc/NetworkManager/system-connections';
  it('stay with NetworkManager but for those with an address', async () => {
    const { files } = await configured(
      'NetworkManager',
      { mode: 'dhcp', mac },
      {
        [`${connections}/office`]: '[connection]\ntype=ethernet\n[ipv4]\nmethod=manual\naddress1=10.9.9.9/24\n',
        [`${connections}/wlan`]: '[connection]\ntype=wifi\n[ipv4]\nmethod=auto\n',
        [`${connections}/wg`]: '[connection]\ntype=wireguard\n[ipv4]\naddress1=10.9.9.9/24\n',
        '/a/etc/sysconfig/network-scripts/ifcfg-eth1': 'DEVICE=eth1\nIPADDR=10.9.9.9\n',
        '/a/etc/sysconfig/network-scripts/ifcfg-eth2': 'DEVICE=eth2\nBOOTPROTO=dhcp\n',
      },
    );
    const left = [...files.keys()]
      .filter((name) => /connections\/|scripts\//.test(name))
      .map((name) => path.basename(name));
    expect(new Set(left)).toEqual(new Set(['ifcfg-eth2', 'systemimager.nmconnection', 'wg', 'wlan']));
  });

  it('stay with networkd but for those with an address', async () => {
    const { files } = await configured(
      'systemd-networkd',
      { mode: 'dhcp', mac },
      {
        '/a/etc/systemd/network/10-lan.network': '[Match]\nName=en*\n[Network]\nAddress=10.9.9.9/24\n',
        '/a/etc/systemd/network/20-any.network': '[Match]\nName=en*\n[Network]\nDHCP=yes\n',
        '/a/etc/systemd/network/wg.network': '[Match]\nName=wg0\n[Network]\nAddress=10.9.9.9/24\n',
      },
    );
    const left = [...files.keys()].filter((name) => name.endsWith('.network')).map((name) => path.basename(name));
    expect(new Set(left)).toEqual(new Set(['00-systemimager.network', '20-any.network', 'wg.network']));
  });
});

describe('NetworkManager', () => {
  it.each<[string, Record<string, RecordedFile>, boolean]>([
    ['openrc', { '/a/etc/runlevels/default/networkmanager': { link: '/etc/init.d/networkmanager' } }, true],
    ['runit', { '/a/etc/runit/runsvdir/default/NetworkManager': { link: '/etc/sv/NetworkManager' } }, true],
    [
      'the packages’ own folder',
      { '/a/usr/lib/systemd/system/multi-user.target.wants/NetworkManager.service': '' },
      true,
    ],
    [
      'systemd, masked',
      {
        [`${wants}/NetworkManager.service`]: { link: '/lib/x' },
        '/a/etc/systemd/system/NetworkManager.service': { link: '/dev/null' },
      },
      false,
    ],
  ])('is enabled by %s', async (_, files, expected) => {
    const manager = networkFlavours.find((one) => one.name === 'NetworkManager');
    const { io } = recorderIo({ files: { '/a/usr/sbin/NetworkManager': '', ...files } });
    expect((await manager?.probe(inside(io, root))) !== undefined).toBe(expected);
  });
});
