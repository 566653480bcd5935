import { diskWithFiles, floppy } from '../assets/disk.ts';
import { layouts } from '../assets/scripts.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import { macOf } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { foreignDhcp } from './parts/dhcp.ts';
import { expectFailure, expectIdentity, setting } from './parts/identify.ts';
import { image, makeSite, web1 } from './parts/site.ts';

const { server, netmask, base } = wireNetwork;

/** A whole local.cfg, as a person writes it. */
const localCfg = (host: string) =>
  `# ${host}\r\nHOSTNAME=${host}\r\nIPADDR="${web1.ip}"\r\nNETMASK=${netmask}\r\nIMAGESERVER='${server}'\r\n`;

const linked = { linkTo: `${image}.master` };
const siteOf = (test: RowContext, hosts?: string) =>
  makeSite(test, {
    layout: layouts.oneExt4,
    server: {
      scripts: { [`${image}.master`]: '#!/bin/sh\n', 'web1.sh': linked, 'web2.sh': linked },
      hosts,
    },
  });

const identity = (name: string, run: Row['run']): Row =>
  row({ name: `identity: ${name}`, covers: ['runtime/discovery/', 'machine/', 'common/model/'], seconds: 25, run });

export default [
  identity('local.cfg on a FAT floppy, without any DHCP', async (test) => {
    const floppies = [await floppy(test.scratch, 'a', 'vfat', { 'local.cfg': localCfg('web1') })];
    await expectIdentity(test, await siteOf(test), '', { floppies }, [
      setting('HOSTNAME', 'web1', 'floppy local.cfg'),
      setting('IPADDR', web1.ip, 'floppy local.cfg'),
      setting('IMAGESERVER', server, 'floppy local.cfg'),
      'Script: web1.sh',
    ]);
  }),

  identity('an ext2 floppy beats the local.cfg of a hard disk', async (test) => {
    const floppies = [await floppy(test.scratch, 'a', 'ext2', { 'local.cfg': localCfg('web1') })];
    const disks = [await diskWithFiles(test.scratch, 'disk', '64M', { 'local.cfg': localCfg('web2') })];
    await expectIdentity(test, await siteOf(test), '', { floppies, disks }, [
      setting('HOSTNAME', 'web1', 'floppy local.cfg'),
    ]);
  }),

  identity('local.cfg on a hard disk', async (test) => {
    const disks = [await diskWithFiles(test.scratch, 'disk', '64M', { 'local.cfg': localCfg('web2') })];
    await expectIdentity(test, await siteOf(test), '', { disks }, [setting('HOSTNAME', 'web2', 'hard disk local.cfg')]);
  }),

  identity('the floppy names another image server than the boot menu', async (test) => {
    const floppies = [await floppy(test.scratch, 'a', 'vfat', { 'local.cfg': localCfg('web1') })];
    await expectIdentity(test, await siteOf(test), `systemimager.default.IMAGESERVER=${base}99`, { floppies }, [
      setting('IMAGESERVER', server, 'floppy local.cfg'),
    ]);
  }),

  identity('what is typed beats the floppy', async (test) => {
    const floppies = [await floppy(test.scratch, 'a', 'vfat', { 'local.cfg': localCfg('web2') })];
    await expectIdentity(test, await siteOf(test), 'HOSTNAME=web1', { floppies }, [
      setting('HOSTNAME', 'web1', 'boot prompt'),
    ]);
  }),

  identity('the name that DHCP gives', async (test) => {
    const site = await siteOf(test);
    await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip, name: 'web1' });
    await expectIdentity(test, site, '', {}, [
      setting('HOSTNAME', 'web1', 'DHCP'),
      setting('IMAGESERVER', server, 'DHCP'),
    ]);
  }),

  identity('of two cards, the one whose DHCP server names the image server', async (test) => {
    const site = await siteOf(test);
    await foreignDhcp(test, site.wire, { mac: macOf(2), ip: web1.ip, name: 'web1' });
    // The first card is on QEMU's own network, which names itself as next-server.
    await expectIdentity(test, site, '', { nics: [{}, { wire: site.wire }] }, [
      setting('HOSTNAME', 'web1', 'DHCP'),
      setting('DEVICE', 'eth1', 'DHCP'),
    ]);
  }),

  identity('the groups of its host, from the image server', async (test) => {
    const groups = '[[group]]\nname = "all"\nhosts = ["*"]\n[[group]]\nname = "web"\nhosts = ["web1-web9"]\n';
    const site = await makeSite(test, { layout: layouts.oneExt4, server: { groups } });
    await expectIdentity(test, site, `HOSTNAME=web1 IPADDR=${web1.ip} NETMASK=${netmask} IMAGESERVER=${server}`, {}, [
      setting('GROUPNAMES', 'all web', 'groups file'),
    ]);
  }),

  identity('the hosts file, by the whole address', async (test) => {
    const site = await siteOf(test, `${base}1 web2\n${base}110 web2\n${web1.ip} web1.example.org web1 # the one\n`);
    await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip });
    await expectIdentity(test, site, '', {}, [setting('HOSTNAME', 'web1', 'hosts file')]);
  }),

  identity('reverse DNS, where nobody else knows a name', async (test) => {
    const site = await siteOf(test, '127.0.0.1 localhost\n');
    await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip, name: 'stranger', ptr: 'web1.example.org' });
    await expectIdentity(test, site, '', {}, [setting('HOSTNAME', 'web1', 'reverse DNS')]);
  }),

  identity('nobody knows a name: what was tried is listed', async (test) => {
    const site = await siteOf(test, '127.0.0.1 localhost\n');
    await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip, name: 'stranger' });
    await expectFailure(test, site, '', {}, [
      'no script for this machine',
      'scripts/stranger.sh is not there',
      'scripts/hosts: no host name for',
      'reverse DNS, ',
    ]);
  }),
];
