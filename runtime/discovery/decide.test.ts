import { describe, expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import { decide, type Found } from './decide.ts';

const from = (source: Found['from'], values: Found['values'], detail = ''): Found => ({ from: source, detail, values });

const values = (settings: Settings) =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, one]) =>
      one.from === 'default' ? [] : [[name, `${one.value} < ${one.from}`]],
    ),
  );

describe('decide', () => {
  it.each<[string, Found[], Record<string, string>]>([
    [
      'the floppy beats the hard disk, variable by variable',
      [
        from('hard disk local.cfg', { HOSTNAME: 'old', IMAGENAME: 'web' }),
        from('removable local.cfg', { HOSTNAME: 'new' }),
      ],
      { HOSTNAME: 'new < removable local.cfg', IMAGENAME: 'web < hard disk local.cfg' },
    ],
    [
      'the floppy beats the boot menu, the boot prompt beats both',
      [
        from('boot menu', { IMAGESERVER: '10.0.0.1', IMAGENAME: 'm' }),
        from('removable local.cfg', { IMAGESERVER: '10.0.0.2', IMAGENAME: 'f' }),
        from('boot prompt', { IMAGENAME: 'p' }),
      ],
      { IMAGESERVER: '10.0.0.2 < removable local.cfg', IMAGENAME: 'p < boot prompt' },
    ],
    [
      'DHCP and what follows are the last',
      [
        from('reverse DNS', { HOSTNAME: 'd' }),
        from('hosts file', { HOSTNAME: 'h' }),
        from('DHCP', { IMAGESERVER: '10.0.0.3' }),
        from('initrd local.cfg', { IMAGESERVER: '10.0.0.4' }),
      ],
      { HOSTNAME: 'h < hosts file', IMAGESERVER: '10.0.0.4 < initrd local.cfg' },
    ],
    [
      'an empty value counts as absent',
      [from('boot prompt', { HOSTNAME: '' }), from('boot menu', { HOSTNAME: 'm' })],
      { HOSTNAME: 'm < boot menu' },
    ],
    [
      'the address goes as a whole from the highest source that has IPADDR',
      [
        from('boot prompt', { DEVICE: 'eth9', GATEWAY: '10.9.9.9' }),
        from('removable local.cfg', { NETMASK: '255.0.0.0', HOSTNAME: 'a' }),
        from('hard disk local.cfg', { IPADDR: '10.0.0.5', NETMASK: '255.255.255.0', DEVICE: 'eth0' }),
        from('DHCP', { IPADDR: '10.0.0.77', NETMASK: '255.255.0.0', GATEWAY: '10.0.0.1' }),
      ],
      {
        HOSTNAME: 'a < removable local.cfg',
        IPADDR: '10.0.0.5 < hard disk local.cfg',
        NETMASK: '255.255.255.0 < hard disk local.cfg',
        DEVICE: 'eth0 < hard disk local.cfg',
      },
    ],
    [
      'without any IPADDR, DEVICE alone says which card to ask with',
      [from('removable local.cfg', { DEVICE: 'eth1', NETMASK: '255.0.0.0' })],
      { DEVICE: 'eth1 < removable local.cfg' },
    ],
    [
      'a host name with its domain gives both, unless the domain is said',
      [from('boot prompt', { HOSTNAME: 'web1.example.com' }), from('DHCP', { DOMAINNAME: 'other.org' })],
      { HOSTNAME: 'web1 < boot prompt', DOMAINNAME: 'example.com < boot prompt' },
    ],
  ])('%s', (_, found, expected) => {
    expect(values(decide(found).settings)).toEqual(expected);
    expect(values(decide(found.toReversed()).settings)).toEqual(expected);
  });

  it('says what of an address is left out, and why', () => {
    const { notes } = decide([
      from('boot prompt', { DEVICE: 'eth9' }),
      from('hard disk local.cfg', { IPADDR: '10.0.0.5' }, '/dev/sda1'),
    ]);
    expect(notes).toEqual([
      'Not used: DEVICE of boot prompt; IPADDR comes from hard disk local.cfg, /dev/sda1, and an address is taken as a whole',
    ]);
  });

  it('knows the ports where nobody says them', () => {
    const { settings } = decide([from('boot menu', { HTTPPORT: '80' })]);
    expect([settings.HTTPPORT?.value, settings.RSYNCPORT]).toEqual([
      '80',
      { value: '873', from: 'default', detail: '' },
    ]);
  });
});
