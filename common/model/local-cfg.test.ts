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
    ['export HOSTNAME=web1', 'is not VARIABLE=value'],
    ['HOSTNAME=web1#2', 'line 1: HOSTNAME="web1#2"'],
    ['reboot', 'is not VARIABLE=value'],
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

  it('warns of variables of earlier releases and reads the rest', () => {
    const { values, warnings } = read(
      'DHCPSIADDR=1.2.3.4\nSSH_USER=root\nMONITOR_SERVER=x\nLOG_SERVER=y\nHOSTNAME=web1\n',
    );
    expect([values, warnings.length]).toEqual([{ HOSTNAME: 'web1' }, 4]);
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
