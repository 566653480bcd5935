import type { Disk } from '../../vm/qemu/machine.ts';
import { diskWithFiles, floppy } from '../assets/disk.ts';
import { layouts, masterScript } from '../assets/scripts.ts';
import { type Row, row } from './harness/row.ts';
import { wireNetwork } from './harness/wire.ts';
import { foreignDhcp } from './parts/dhcp.ts';
import { expectFailure, expectIdentity, setting } from './parts/identify.ts';
import { blank, image, makeSite, type SiteWish, typed, web1 } from './parts/site.ts';
import { expectUntouched, stops } from './parts/stops.ts';

const { server, netmask } = wireNetwork;

/** What is typed is whole; the server's files are as given; the error is one line. */
const badSite = (name: string, wish: Partial<SiteWish>, ...lines: (string | RegExp)[]): Row =>
  stops(name, async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, ...wish });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed, { disks: [disk] }, lines);
    await expectUntouched(disk);
  });

const badScript = (name: string, script: string | { linkTo: string }, line: string): Row =>
  badSite(name, { server: { scripts: { 'web1.sh': script } } }, line);

const badLayout = (name: string, layout: string, ...lines: string[]): Row =>
  badSite(name, { server: { scripts: { 'web1.sh': masterScript({ image, layout }) } } }, ...lines);

/** A floppy says all that one must, and then this. */
const badLocalCfg = (name: string, more: string, line: string): Row =>
  stops(`a local.cfg with ${name}`, async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, isEmpty: true });
    const disk = await blank(test, '2G');
    const cfg = `IPADDR=${web1.ip}\nNETMASK=${netmask}\nIMAGESERVER=${server}\n${more}`;
    const floppies = [await floppy(test.scratch, 'a', 'vfat', { 'local.cfg': cfg })];
    await expectFailure(test, site, '', { disks: [disk], floppies }, [line]);
    await expectUntouched(disk);
  });

export default [
  badScript('a script that is HTML', '<!DOCTYPE html>\n<html>404</html>\n', `scripts/web1.sh on ${server} is HTML`),
  badScript('a script that is empty', '', `scripts/web1.sh on ${server} is empty`),
  badScript(
    'a script that is a link to nothing',
    { linkTo: 'gone.master' },
    `scripts/web1.sh on ${server} is a link to gone.master, and there is no such file`,
  ),

  badLocalCfg('a NUL', 'HOSTNAME=web1\0\n', 'holds a NUL byte'),
  badLocalCfg('a command', 'HOSTNAME=web1;reboot\n', 'line 4: an unquoted ; in "web1;reboot"'),
  badLocalCfg('something to expand', 'HOSTNAME="$(reboot)"\n', 'line 4: a $ or ` between double quotes'),
  badLocalCfg('blanks around the equals sign', 'HOSTNAME = web1\n', 'line 4: "HOSTNAME = web1" is not VARIABLE=value'),

  stops('two local.cfg that differ', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, isEmpty: true });
    const disk = await blank(test, '2G');
    const sticks = ['web1', 'web2'].map(async (host): Promise<Disk> => {
      const file = await diskWithFiles(test.scratch, host, '64M', { 'local.cfg': `HOSTNAME=${host}\n` });
      return { file, bus: 'usb', removable: true };
    });
    const disks = [disk, ...(await Promise.all(sticks))];
    await expectFailure(test, site, '', { disks }, ['two local.cfg say different things', /HOSTNAME=web\d/]);
    await expectUntouched(disk);
  }),

  badLayout(
    'an sfdisk dump with unknown units, and what else is wrong with it',
    layouts.oneExt4.replace('label: gpt', 'label: gpt\nUnits = cylinders of 8225280 bytes\nunit: cylinders'),
    'is a Units line in a form that is not known',
    'unit: cylinders is not known',
  ),

  stops('an rsync daemon that is no image server', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, isEmpty: true });
    const disk = await blank(test, '2G');
    await site.wire.start(['rsync', '--daemon', '--no-detach', '--config=/dev/null', `--address=${server}`]);
    await expectFailure(test, site, typed, { disks: [disk] }, ['is an rsync daemon without the module scripts']);
    await expectUntouched(disk);
  }),

  row({
    name: 'identity: a DHCP answer without router, and with a host name and a domain that are none',
    covers: ['runtime/discovery/'],
    seconds: 25,
    async run(test) {
      const site = await makeSite(test, { layout: layouts.oneExt4, server: { hosts: `${web1.ip} web1\n` } });
      const options = [`224,${server}`, '3', '12,$(reboot);x', '15,a b`reboot`'];
      await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip, options });
      await expectIdentity(test, site, '', {}, [
        'for a host name with forbidden characters',
        'DOMAINNAME "bad" in the DHCP answer on eth0 from 10.99.0.1 is ignored',
        setting('HOSTNAME', 'web1', 'hosts file'),
      ]);
    },
  }),
];
