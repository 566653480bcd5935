import { describe, expect, it } from 'vitest';
import { decide, type Found } from './decide.ts';
import { identify, type WhoAmI } from './identity.ts';

type Site = { scripts?: string[]; hosts?: string; ptr?: string[] };

const run = (site: Site, values: Found['values'] = {}, dhcpName?: string) => {
  const local: Found = { from: 'removable local.cfg', detail: '/dev/fd0', values };
  const network: Found = { from: 'DHCP', detail: 'eth0', values: { IPADDR: '10.0.0.5', IMAGESERVER: '10.0.0.2' } };
  const who: WhoAmI = {
    settings: decide([local, network]).settings,
    machine: 'eth0 52:54:00:00:00:01',
    source: 'image server 10.0.0.2',
    ...(dhcpName ? { dhcpHost: { name: dhcpName, detail: 'eth0' } } : {}),
  };
  return identify(who, {
    async fetch(name) {
      if (name === 'hosts') return site.hosts === undefined ? undefined : Buffer.from(site.hosts);
      return site.scripts?.includes(name) ? Buffer.from(`#!/bin/sh\n# ${name}\n`) : undefined;
    },
    reverse: async () => (site.ptr ? { names: site.ptr } : { reason: 'no answer' }),
  });
};

const hosts = '10.0.0.55 wrong\n10.0.0.5 web1.example.com web1\n';

describe('identify, on a medium', () => {
  const onMedium = (images: string[], scripts: string[], values: Found['values'] = {}) =>
    identify(
      {
        settings: decide([{ from: 'removable local.cfg', detail: '', values }]).settings,
        machine: 'no network card',
        source: 'the medium',
        images,
      },
      {
        fetch: async (name) => (scripts.includes(name) ? Buffer.from('#!/bin/sh\n') : undefined),
        reverse: async () => ({ reason: 'no network is used' }),
      },
    );
  const nameOf = ({ found }: { found: Found[] }) => found.map((one) => `${one.values.HOSTNAME} < ${one.from}`).join();

  it('takes the only image, and calls a machine without a name as its image', async () => {
    const one = await onMedium(['Web_v1'], ['Web_v1.master']);
    expect([one.script.name, nameOf(one)]).toEqual(['Web_v1.master', 'web-v1 < default']);
    const named = await onMedium(['web_v1'], ['web_v1.master'], { HOSTNAME: 'db7' });
    expect([named.script.name, nameOf(named)]).toEqual(['web_v1.master', '']);
    const own = await onMedium(['web_v1'], ['web_v1.master', 'db7.sh'], { HOSTNAME: 'db7' });
    expect(own.script.name).toBe('db7.sh');
  });

  it('installs none of several images without a choice, and says what to type', async () => {
    const images = ['web_v1', 'db_v2'];
    const scripts = images.map((name) => `${name}.master`);
    for (const values of [{}, { HOSTNAME: 'db7' }])
      await expect(onMedium(images, scripts, values)).rejects.toMatchObject({
        hint: 'Start again with one of IMAGENAME=web_v1, IMAGENAME=db_v2.',
      });
    const chosen = await onMedium(images, scripts, { IMAGENAME: 'db_v2' });
    expect([chosen.script.name, nameOf(chosen)]).toEqual(['db_v2.master', 'db-v2 < default']);
  });
});

describe('identify', () => {
  it.each<[string, Site, Found['values'], string | undefined, string]>([
    ['HOSTNAME of a local source', { scripts: ['web9.sh'], hosts }, { HOSTNAME: 'web9' }, 'web2', 'web9.sh -'],
    [
      'the DHCP name when its script is there',
      { scripts: ['web2.sh', 'web1.sh'], hosts },
      {},
      'web2.lan',
      'web2.sh web2.lan < DHCP',
    ],
    [
      'the hosts file when the DHCP name has no script',
      { scripts: ['web1.sh'], hosts },
      {},
      'web2',
      'web1.sh web1.example.com < hosts file',
    ],
    [
      'the hosts file without DHCP name',
      { scripts: ['web1.sh'], hosts },
      {},
      undefined,
      'web1.sh web1.example.com < hosts file',
    ],
    [
      'the longer name though the alias stands first',
      { scripts: ['web1.sh'], hosts: '10.0.0.5 web1 web1.lan' },
      {},
      undefined,
      'web1.sh web1.lan < hosts file',
    ],
    [
      'reverse DNS when the hosts file has no line',
      { scripts: ['web3.sh'], hosts: '10.0.0.50 web1', ptr: ['WEB3.example.com'] },
      {},
      undefined,
      'web3.sh web3.example.com < reverse DNS',
    ],
    [
      'whichever name in the hosts file has a script',
      { scripts: ['www.sh'], hosts: '10.0.0.5 web1.example.com web1\n10.0.0.5 www.example.com www intranet' },
      {},
      undefined,
      'www.sh www.example.com < hosts file',
    ],
    [
      'whichever of several names in DNS has a script, in whatever order they come',
      { scripts: ['web3.sh'], ptr: ['www.example.com', 'web3.example.com', 'a.example.com'] },
      {},
      undefined,
      'web3.sh web3.example.com < reverse DNS',
    ],
    [
      'always the same of several names in DNS where IMAGENAME chose',
      { scripts: ['img.master'], ptr: ['www.example.com', 'web3.example.com'] },
      { IMAGENAME: 'img' },
      undefined,
      'img.master web3.example.com < reverse DNS',
    ],
    [
      'reverse DNS when the name in the hosts file has no script',
      { scripts: ['web3.sh'], hosts, ptr: ['web3'] },
      {},
      'x',
      'web3.sh web3 < reverse DNS',
    ],
    [
      'SCRIPTNAME as a master',
      { scripts: ['web.master', 'web.sh'], hosts },
      { SCRIPTNAME: 'web' },
      undefined,
      'web.master web1.example.com < hosts file',
    ],
    [
      'SCRIPTNAME as a host script',
      { scripts: ['web.sh'] },
      { SCRIPTNAME: 'web', HOSTNAME: 'a' },
      undefined,
      'web.sh -',
    ],
    [
      'SCRIPTNAME with its suffix',
      { scripts: ['web.master', 'web.sh'] },
      { SCRIPTNAME: 'web.sh', HOSTNAME: 'a' },
      undefined,
      'web.sh -',
    ],
    [
      'IMAGENAME, whatever the host',
      { scripts: ['img.master', 'a.sh'] },
      { IMAGENAME: 'img', HOSTNAME: 'a' },
      undefined,
      'img.master -',
    ],
    [
      'SCRIPTNAME before IMAGENAME',
      { scripts: ['img.master', 's.master'] },
      { IMAGENAME: 'img', SCRIPTNAME: 's' },
      undefined,
      's.master',
    ],
    [
      'the DHCP name at last where IMAGENAME chose and nobody else has a name',
      { scripts: ['img.master'] },
      { IMAGENAME: 'img' },
      'web2',
      'img.master web2 < DHCP',
    ],
  ])('takes %s', async (_, site, values, dhcpName, expected) => {
    const { script, found } = await run(site, values, dhcpName);
    const [one] = found;
    const name = one ? `${one.values.HOSTNAME} < ${one.from}` : values.HOSTNAME ? '-' : '';
    expect(`${script.name} ${name}`.trim()).toBe(expected);
    expect(script.text).toBe(`#!/bin/sh\n# ${script.name}\n`);
  });

  it.each<[string, Site, Found['values'], string | undefined, string[]]>([
    [
      'nobody has a name with a script',
      { hosts, ptr: ['web7'] },
      {},
      'web2',
      [
        'no script for this machine (10.0.0.5, eth0 52:54:00:00:00:01) on image server 10.0.0.2',
        'DHCP, eth0 says web2: scripts/web2.sh is not there',
        'hosts file, scripts/hosts, 10.0.0.5 says web1.example.com: scripts/web1.sh is not there',
        'reverse DNS, 10.0.0.5 says web7: scripts/web7.sh is not there',
      ],
    ],
    [
      'nobody knows a name',
      {},
      {},
      undefined,
      ['DHCP: no host name', 'scripts/hosts: not there', 'reverse DNS of 10.0.0.5: no answer'],
    ],
    [
      'the names are no names',
      { hosts: '10.0.0.5 ../etc _x', ptr: ['a b', '*'] },
      {},
      undefined,
      ['scripts/hosts: no host name for 10.0.0.5', 'reverse DNS of 10.0.0.5: no host name in the answer'],
    ],
    [
      'HOSTNAME has no script, though others would',
      { hosts, scripts: ['web1.sh'] },
      { HOSTNAME: 'web9' },
      undefined,
      ['host web9 has no script', 'HOSTNAME=web9 (removable local.cfg, /dev/fd0): scripts/web9.sh is not there'],
    ],
    [
      'SCRIPTNAME is not there, though HOST.sh is',
      { hosts, scripts: ['web1.sh'] },
      { SCRIPTNAME: 'web' },
      undefined,
      ['scripts/web.master is not there', 'scripts/web.sh is not there'],
    ],
  ])('stops with what it tried when %s', async (_, site, values, dhcpName, parts) => {
    const message = await run(site, values, dhcpName).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const part of parts) expect(message).toContain(part);
  });
});
