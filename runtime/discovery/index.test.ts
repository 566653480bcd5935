import { describe, expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import type { Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { discover } from './index.ts';

/** A machine with one card, a kernel command line, and an image server that has these scripts. */
async function run(site: {
  cmdline?: string;
  carriedIn?: string;
  lease?: Record<string, string>;
  scripts: Record<string, string>;
  ptr?: string[];
  onServer?: (settings: Settings, mac: string) => void;
}) {
  const net = '/sys/class/net/eth0';
  const recorder = recorderIo({
    files: {
      '/proc/cmdline': `${site.cmdline ?? ''}\n`,
      ...(site.carriedIn === undefined ? {} : { '/local.cfg': site.carriedIn }),
      [`${net}/type`]: '1\n',
      [`${net}/address`]: '52:54:00:00:00:01\n',
      [`${net}/ifindex`]: '2\n',
      [`${net}/device/driver`]: { link: '../drivers/e1000' },
    },
    answer({ argv }) {
      if (argv[0] !== 'rsync') return {};
      const name = argv.at(-2)?.split('/scripts/')[1] ?? '';
      const text = site.scripts[name];
      if (text === undefined)
        return { code: 23, stderr: `rsync: [sender] link_stat "/${name}" failed: No such file or directory (2)` };
      recorder.files.set('/run/boel/fetched', text);
      return {};
    },
  });
  const io: Io = {
    ...recorder.io,
    async start(command) {
      const lease = Object.entries(site.lease ?? {}).map(([name, value]) => `${name}=${value}\0`);
      if (site.lease) recorder.files.set(command.env?.LEASE_FILE ?? '', lease.join(''));
      return recorder.io.start(command);
    },
  };
  const said: string[] = [];
  const found = await discover(io, {
    say: (line) => void said.push(line),
    ...(site.onServer ? { onServer: site.onServer } : {}),
    reverse: async () => (site.ptr ? { names: site.ptr } : { reason: 'no name' }),
  });
  return { found, said, files: recorder.files, did: recorder.did };
}

const script = '#!/bin/sh\n';
const lease = {
  ip: '10.0.0.5',
  subnet: '255.255.255.0',
  serverid: '10.0.0.1',
  siaddr: '10.0.0.2',
  dns: '10.0.0.1',
  domain: 'lan',
};

describe('discover', () => {
  it('finds everything by DHCP, and keeps where each setting comes from', async () => {
    const { found, files } = await run({ lease: { ...lease, hostname: 'web1' }, scripts: { 'web1.sh': script } });
    expect(found.settings).toMatchObject({
      HOSTNAME: { value: 'web1', from: 'DHCP', detail: 'eth0 from 10.0.0.1' },
      IPADDR: { value: '10.0.0.5', from: 'DHCP' },
      DEVICE: { value: 'eth0', from: 'DHCP' },
      IMAGESERVER: { value: '10.0.0.2', from: 'DHCP' },
      RSYNCPORT: { value: '873', from: 'default' },
    });
    expect(found).toMatchObject({
      card: { name: 'eth0', mac: '52:54:00:00:00:01', driver: 'e1000' },
      firmware: 'bios',
      script: { name: 'web1.sh', text: script },
    });
    expect(files.get('/etc/resolv.conf')).toBe('search lan\nnameserver 10.0.0.1\noptions timeout:3 attempts:2\n');
  });

  it('lets the diskette beat the boot menu, and asks no DHCP where it has an address', async () => {
    const { found, did } = await run({
      cmdline: 'systemimager.default.IMAGESERVER=10.0.0.9',
      carriedIn: 'HOSTNAME=web2\nIPADDR=10.0.0.6\nNETMASK=255.255.255.0\nIMAGESERVER=10.0.0.2\n',
      scripts: { 'web2.sh': script },
    });
    expect(found.settings).toMatchObject({
      IMAGESERVER: { value: '10.0.0.2', from: 'removable local.cfg' },
      BROADCAST: { value: '10.0.0.255', from: 'removable local.cfg' },
    });
    expect(did.filter((line) => line.includes('udhcpc'))).toEqual([]);
  });

  it('knows the name servers before it looks for the card that leads to the image server', async () => {
    const { did, files } = await run({
      cmdline:
        'HOSTNAME=web2 IPADDR=10.0.0.6 NETMASK=24 IMAGESERVER=images.example.com DNSSERVERS=10.0.0.3 DOMAINNAME=example.com',
      scripts: { 'web2.sh': script },
    });
    expect(files.get('/etc/resolv.conf')).toContain('nameserver 10.0.0.3');
    const at = (part: string) => did.findIndex((line) => line.includes(part));
    expect(at('resolv.conf')).toBeLessThan(at('ip addr add'));
  });

  it('goes on to scripts/hosts and DNS when the DHCP name has no script, and lists what it tried', async () => {
    const { found, said } = await run({
      lease: { ...lease, hostname: 'dhcp-5' },
      scripts: { hosts: '10.0.0.55 web1\n', 'web3.sh': script },
      ptr: ['web3.example.com'],
    });
    expect(found.settings.HOSTNAME).toEqual({ value: 'web3', from: 'reverse DNS', detail: '10.0.0.5' });
    expect(found.tried).toEqual([
      'DHCP, eth0 from 10.0.0.1 says dhcp-5: scripts/dhcp-5.sh is not there',
      'scripts/hosts: no host name for 10.0.0.5',
      'reverse DNS, 10.0.0.5 says web3.example.com: scripts/web3.sh is there',
    ]);
    expect(said).toContain(`  ${found.tried[0]}`);
  });

  it('tells where the server is before it looks for a script, so that the server hears of a failure', async () => {
    const told: string[] = [];
    const onServer = (settings: Settings, mac: string) => void told.push(`${mac} ${settings.IMAGESERVER?.value}`);
    await expect(run({ lease, scripts: {}, onServer })).rejects.toThrow('no script for this machine');
    expect(told).toEqual(['52:54:00:00:00:01 10.0.0.2']);
  });

  it.each([
    [
      'an unknown host',
      { lease, scripts: {} },
      'no script for this machine (10.0.0.5, eth0 (52:54:00:00:00:01, e1000))',
    ],
    [
      'an HTML page',
      { lease, cmdline: 'HOSTNAME=a', scripts: { 'a.sh': '<html>' } },
      'scripts/a.sh on image server 10.0.0.2 is HTML',
    ],
    ['no image server', { lease: { ...lease, siaddr: '' }, scripts: {} }, 'nobody said where the image server is'],
    ['a bad value', { cmdline: 'IPADDR=1.2.3', scripts: {} }, 'IPADDR="1.2.3" at the boot prompt'],
    ['an address without mask', { cmdline: 'IPADDR=10.0.0.5', scripts: {} }, 'comes without NETMASK (boot prompt)'],
  ])('stops with one clear error at %s', async (_, site, message) => {
    await expect(run(site)).rejects.toThrow(message);
  });
});
