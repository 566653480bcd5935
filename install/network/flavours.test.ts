import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import type { NetworkWish } from './flavour.ts';
import { networkFlavours } from './index.ts';

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

async function configured(name: string, wish: NetworkWish, more: Record<string, RecordedFile> = {}) {
  const { files, file } = images[name] ?? { files: {}, file: '' };
  const machine = recorderIo({ files: { ...files, ...more } });
  const flavour = networkFlavours.find((one) => one.name === name);
  const facts = await flavour?.probe(machine.io, '/a');
  const steps = flavour?.plan(facts, wish, '/a') ?? [];
  await apply(steps, machine.io);
  const text = machine.files.get(file);
  return { text: typeof text === 'string' ? text : '', steps, ...machine };
}

it('lists every file of the folder', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => !/README|snapshots|test|index|flavour|resolv-conf|unit-enabled/.test(name),
  );
  expect(files).toHaveLength(networkFlavours.length);
});

describe.each(networkFlavours)('$name', (flavour) => {
  it('does not show in an empty image', async () => {
    expect(await flavour.probe(recorderIo({}).io, '/a')).toBeUndefined();
  });

  it.each(wishes)('names the card by its MAC and writes below the target only: $mode', async (wish) => {
    const { text, steps } = await configured(flavour.name, wish);
    expect(text.toLowerCase()).toContain(mac);
    expect(text).toContain(wish.mode === 'static' ? `${wish.address}/${wish.prefixLength}` : '');
    for (const step of steps) expect('at' in step && step.at.root).toBe('/a');
  });

  it('writes the same again', async () => {
    const [dhcp] = wishes as [NetworkWish];
    expect((await configured(flavour.name, dhcp)).text).toBe((await configured(flavour.name, dhcp)).text);
  });

  it.each(wishes)('$mode reads as it should', async (wish) => {
    expect((await configured(flavour.name, wish)).text).toMatchSnapshot();
  });
});

describe('ifupdown', () => {
  it('names the card itself where it cannot match a MAC', async () => {
    const old = { '/a/var/lib/dpkg/status': status('0.7.53.1') };
    const { text, files } = await configured('ifupdown', { mode: 'dhcp', mac }, old);
    expect(text).toContain('auto boot0\niface boot0 inet dhcp\n');
    expect(files.get('/a/etc/systemd/network/10-boot0.link')).toContain(`MACAddress=${mac}`);
  });

  it('writes resolv.conf only where no daemon keeps it', async () => {
    const [, fixed] = wishes as [NetworkWish, NetworkWish];
    expect((await configured('ifupdown', fixed)).files.get('/a/etc/resolv.conf')).toContain('nameserver 10.0.0.2');
    const link = { '/a/etc/resolv.conf': { link: '../run/systemd/resolve/stub-resolv.conf' } };
    expect((await configured('ifupdown', fixed, link)).did.join()).not.toContain('resolv');
  });
});

describe('netplan', () => {
  it('takes the golden client’s files away and keeps its renderer', async () => {
    const desktop = { '/a/etc/netplan/99-desktop.yaml': 'network:\n  renderer: NetworkManager\n' };
    const { text, files } = await configured('netplan', { mode: 'dhcp', mac }, desktop);
    expect([...files.keys()].filter((name) => name.startsWith('/a/etc/netplan/'))).toHaveLength(1);
    expect(text).toContain('"renderer": "NetworkManager"');
  });
});
