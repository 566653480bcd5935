import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocalCfg, printLocalCfg } from './local-cfg.ts';

const read = (text: string) => parseLocalCfg(text, 'local.cfg on /dev/fd0');

describe('local.cfg', () => {
  it.each([
    ['HOSTNAME=web1', { HOSTNAME: 'web1' }],
    ['  HOSTNAME="web1"  # the first', { HOSTNAME: 'web1' }],
    ["DISKS='serial=a b' ", { DISKS: 'serial=a b' }],
    ['DISKS="a \\"b\\" \\$c"', { DISKS: 'a "b" $c' }],
    ['DISKS=a\\ b\'c\'"d"', { DISKS: 'a bcd' }],
    ["DISKS='$(reboot)'", { DISKS: '$(reboot)' }],
    ['HOSTNAME=web1\r\nIPADDR=10.0.0.1\r\n', { HOSTNAME: 'web1', IPADDR: '10.0.0.1' }],
    ['﻿HOSTNAME=web1', { HOSTNAME: 'web1' }],
    ['# HOSTNAME=web1\n\n#', {}],
    [
      'export HOSTNAME=web1 # mine\n\texport IPADDR="10.0.0.1"\nexport HOSTNAME IPADDR',
      { HOSTNAME: 'web1', IPADDR: '10.0.0.1' },
    ],
    ["HOSTNAME=web1; export HOSTNAME\nIPADDR='10.0.0.1';", { HOSTNAME: 'web1', IPADDR: '10.0.0.1' }],
    ['HOSTNAME=web1\nHOSTNAME="web1"', { HOSTNAME: 'web1' }],
    ['HOSTNAME=', { HOSTNAME: '' }],
    ['HOSTNAME=""', { HOSTNAME: '' }],
    ['HOSTNAME=Web1.Example.COM', { HOSTNAME: 'web1.example.com' }],
    ['NETMASK=24', { NETMASK: '255.255.255.0' }],
    ['DEVICE=52-54-00-AB-CD-EF', { DEVICE: '52:54:00:ab:cd:ef' }],
    ['DNSSERVERS="10.0.0.1, 10.0.0.2"', { DNSSERVERS: '10.0.0.1 10.0.0.2' }],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual({ values: expected, warnings: [] });
  });

  it.each([
    ['HOSTNAME=web1\0', 'holds a NUL byte'],
    ['HOSTNAME=$(reboot)', 'line 1: an unquoted $'],
    ['HOSTNAME=`reboot`', 'line 1: an unquoted `'],
    ['HOSTNAME="$HOME"', 'a $ or ` between double quotes'],
    ['HOSTNAME="a\\\\$HOME"', 'a $ or ` between double quotes'],
    ['HOSTNAME=web1; reboot', 'an unquoted ;'],
    ['HOSTNAME=web1 reboot', 'a blank that is not between quotes'],
    ['HOSTNAME=web1 IPADDR=10.0.0.1', 'a blank that is not between quotes'],
    ['HOSTNAME="web1', 'a quote without its end'],
    ["HOSTNAME='web1\n'", 'line 1: a quote without its end'],
    ['HOSTNAME=web1\\', 'a backslash at the end of the line'],
    ['\nhostname=web1', 'line 2: "hostname=web1" is not VARIABLE=value'],
    ['HOSTNAME = web1', 'is not VARIABLE=value'],
    ['declare HOSTNAME=web1', 'is not VARIABLE=value'],
    ['set HOSTNAME=web1', 'is not VARIABLE=value'],
    ['[ -z "$x" ] && HOSTNAME=web1', 'is not VARIABLE=value'],
    ['HOSTNAME=web1; reboot # now', 'an unquoted ;'],
    ['HOSTNAEM=web1', 'HOSTNAEM is no variable of local.cfg'],
    ['devices=eth0', 'devices is no variable of local.cfg'],
    ['IMAGESERVER="10.0.0.3 10.0.0.4"', 'neither an IPv4 address nor a host name'],
    ['IMAGESERVER=10.0.0.3 10.0.0.4', 'a blank that is not between quotes'],
    ['IMAGESERVER=10.0.0.3\nIMAGE_SERVER=10.0.0.4', 'line 2: IMAGESERVER is set again; line 1 sets it too'],
    ['IMAGE=a b', 'a blank that is not between quotes'],
    ['HOSTNAME=web1#2', 'line 1: HOSTNAME="web1#2"'],
    ['HOSTNAM=web1', 'HOSTNAM is no variable of local.cfg'],
    ['HOSTNAME=web1\nHOSTNAME=web2', 'line 2: HOSTNAME is set again; line 1 sets it too'],
    ['HOSTNAME=../../etc/shadow', 'HOSTNAME="../../etc/shadow"'],
    ['HOSTNAME=10.0.0.1', 'it looks like an address'],
    ['IPADDR=10.0.0.256', 'IPADDR="10.0.0.256"'],
    ['IPADDR=127.0.0.1', 'that a machine can have'],
    ['NETMASK=255.0.255.0', 'NETMASK'],
    ['IMAGENAME=../web', 'an image name is'],
    ['IMAGENAME=scripts', 'an image name is'],
    ['SCRIPTNAME=a/b', 'SCRIPTNAME="a/b"'],
    ['IMAGESERVER=http://server/', 'neither an IPv4 address nor a host name'],
    ['RSYNCPORT=70000', 'a port is'],
    ['DEVICE=eth0/../x', 'DEVICE'],
    [`#${'x'.repeat(70_000)}`, 'has 70001 bytes'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('reads what updateclient of SystemImager 2 wrote, and the parameters of SystemImager 4, with a warning each', () => {
    const updateclient =
      '#\n# "SystemImager" \n#\nBROADCAST=192.168.1.255\nDEVICE=eth0\nGATEWAY=\nHOSTNAME=server7\nSSH_USER=\n';
    expect(read(updateclient)).toEqual({
      values: { BROADCAST: '192.168.1.255', DEVICE: 'eth0', GATEWAY: '', HOSTNAME: 'server7' },
      warnings: [
        'local.cfg on /dev/fd0, line 8: SSH_USER is of an earlier release and has no effect: files come by rsync',
      ],
    });
    const names =
      'SKIP_LOCAL_CFG STAGING_DIR DL_PROTOCOL LAST_ROOT HOSTID DISKORDER NO_LISTING MONITOR_SERVER MONITOR_CONSOLE LOG_SERVER_PORT ' +
      'TMPFS_STAGING ETHER_SLEEP FLAMETHROWER_DIRECTORY_PORTBASE BITTORRENT BITTORRENT_SEED_WAIT SSH SSHD SSH_DOWNLOAD_URL OVERRIDES ' +
      'GROUP_OVERRIDES SIS_CONFIG SI_POST_ACTION SEL_RELABEL DISKS_LAYOUT HOSTS tmpfs_size DHCPSIADDR';
    const { values, warnings } = read(`HOSTNAME=n1\n${names.replaceAll(/ ?(\w+)/g, '$1=`x` $(y) "\n')}`);
    expect(values).toEqual({ HOSTNAME: 'n1' });
    expect(warnings.map((one) => / (\w+) is of an earlier release/.exec(one)?.[1]).join(' ')).toBe(names);
  });

  it.each([
    ['IMAGE_SERVER=10.0.0.3', { IMAGESERVER: '10.0.0.3' }, 'IMAGE_SERVER is read as IMAGESERVER'],
    ['IMAGE=web_v1', { IMAGENAME: 'web_v1' }, 'IMAGE is read as IMAGENAME'],
    ['INSTALL_IFACE=eth1', { DEVICE: 'eth1' }, 'INSTALL_IFACE is read as DEVICE'],
    ['RACK=`hostname`', {}, 'RACK means nothing here: passed over'],
    ['PORT=8080', {}, 'PORT means nothing here: passed over'],
    ['IPADDR2=10.0.0.9', {}, 'IPADDR2 means nothing here: passed over'],
    ['reboot', {}, '"reboot" is not VARIABLE=value: passed over'],
    ['if [ -f /x ]; then', {}, 'is not VARIABLE=value: passed over'],
  ])('warns of %j', (text, values, warning) => {
    const found = read(`${text}\n`);
    expect(found.values).toEqual(values);
    expect(found.warnings.map((one) => one.includes(warning))).toEqual([true]);
  });

  it('says which lines are at fault even where the text is not UTF-8', () => {
    expect(() => parseLocalCfg(Buffer.from('# caf\xe9\nHOSTNAME=\xe9', 'latin1'), 'local.cfg')).toThrow(
      'line 2: HOSTNAME',
    );
  });

  it('survives printing and parsing', () => {
    const value = fc.string({
      unit: fc.constantFrom(...Array.from(' !"#$%&\'()*,-./09:;<=>?@AZ[\\]^_`az{|}~')),
      minLength: 1,
    });
    fc.assert(
      fc.property(value, value, (DISKS, PROTECT) => {
        fc.pre(DISKS.trim() === DISKS && PROTECT.trim() === PROTECT);
        expect(read(printLocalCfg({ DISKS, PROTECT })).values).toEqual({ DISKS, PROTECT });
      }),
    );
  });
});
