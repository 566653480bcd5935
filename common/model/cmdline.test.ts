import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmdlineSettings, parseCmdline, printCmdlineWord } from './cmdline.ts';
import { parseBootif } from './mac.ts';

describe('kernel command line', () => {
  it.each([
    ['', []],
    ['quiet\n', [{ name: 'quiet' }]],
    ['a=b  c', [{ name: 'a', value: 'b' }, { name: 'c' }]],
    ['a="b c" d', [{ name: 'a', value: 'b c' }, { name: 'd' }]],
    ['"a=b c" d', [{ name: 'a', value: 'b c' }, { name: 'd' }]],
    ['a=b"c d"e', [{ name: 'a', value: 'b"c d"e' }]],
    ['a="b c', [{ name: 'a', value: 'b c' }]],
    ['a=b=c', [{ name: 'a', value: 'b=c' }]],
    ['=a', [{ name: '=a' }]],
    ['a= b', [{ name: 'a', value: '' }, { name: 'b' }]],
    ['a -- b=c', [{ name: 'a' }]],
    ['""', [{ name: '' }]],
  ])('is split as the kernel does: %j', (text, expected) => {
    expect(parseCmdline(text)).toEqual(expected);
  });

  it('survives printing and parsing', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]*$/);
    const value = fc.string({ unit: fc.constantFrom(...Array.from("ab=/.,:; \t-$'")) });
    const words = fc.array(fc.oneof(fc.record({ name }), fc.record({ name, value })));
    fc.assert(
      fc.property(words, (list) => {
        expect(parseCmdline(list.map(printCmdlineWord).join(' '))).toEqual(list);
      }),
    );
  });

  it.each([{ name: 'a', value: 'say "x"' }, { name: 'a', value: 'x\ny' }, { name: 'a b' }, { name: '' }])(
    'cannot hold %j',
    (word) => expect(() => printCmdlineWord(word)).toThrow('cannot stand on a kernel command line'),
  );

  it('gives what was typed, what the menu passed, and the card that booted', () => {
    const text =
      'initrd=x systemimager.default.IMAGESERVER=10.0.0.2 BOOTIF=01-52-54-00-00-00-01 systemimager.hold HOSTNAME=a ' +
      'systemimager.DEVICE=eth1 systemimager.HOSTNAM=b HOSTNAME=c systemimager.default.X=1 -- IPADDR=1.2.3.4';
    expect(cmdlineSettings(text)).toEqual({
      prompt: { HOSTNAME: 'c', DEVICE: 'eth1' },
      menu: { IMAGESERVER: '10.0.0.2' },
      bootif: '01-52-54-00-00-00-01',
      skipsHardDisks: false,
      notes: ['systemimager.HOSTNAM', 'systemimager.default.X'].map((word) => {
        return expect.stringContaining(`${word} on the kernel command line means nothing`) as string;
      }),
    });
  });
  it('reads what earlier releases wrote there, with a note for each', () => {
    const text =
      'root=/dev/ram0 ramdisk_size=80000 vga=extended TERM=linux LAST_ROOT=/dev/sda2 SKIP_LOCAL_CFG=y MONITOR_SERVER=10.0.0.1 ' +
      'MONITOR_CONSOLE=y IMAGE_SERVER=10.0.0.3 IMAGENAME=web si.script-name=web_v1 si.break=x tmpfs_size=5m SSH=y';
    const { prompt, menu, skipsHardDisks, notes } = cmdlineSettings(text);
    expect([prompt, menu, skipsHardDisks]).toEqual([
      { IMAGESERVER: '10.0.0.3', IMAGENAME: 'web', SCRIPTNAME: 'web_v1' },
      {},
      true,
    ]);
    expect(notes.map((one) => one.split(/[ =]/)[0])).toEqual(
      'LAST_ROOT SKIP_LOCAL_CFG MONITOR_SERVER MONITOR_CONSOLE IMAGE_SERVER si.script-name si.break tmpfs_size SSH'.split(
        ' ',
      ),
    );
    expect(cmdlineSettings('SKIP_LOCAL_CFG=n').skipsHardDisks).toBe(false);
    expect(cmdlineSettings('si.skip-local-cfg=y')).toMatchObject({
      skipsHardDisks: true,
      notes: ['si.skip-local-cfg=y: no local.cfg of a hard disk counts'],
    });
  });
});

describe('BOOTIF', () => {
  it.each([
    ['01-52-54-00-12-34-AB', '52:54:00:12:34:ab'],
    ['01-52:54:00:12:34:ab', '52:54:00:12:34:ab'],
    ['52-54-00-12-34-ab', '52:54:00:12:34:ab'],
    ['52540012 34ab', undefined],
    ['525400123 4ab', undefined],
    ['20-52-54-00-12-34-ab', undefined],
    ['52-54-00:12:34:ab', undefined],
    ['', undefined],
  ])('%j is the card %s', (text, expected) => {
    expect(parseBootif(text)).toBe(expected);
  });
});
