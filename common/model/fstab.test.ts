import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editFstabLine, printFstabLine, readFstab, readFstabLine } from './fstab.ts';

const plain = { line: 1, spec: 'nas:/x', dir: '/x', type: 'nfs', options: 'defaults', freq: 0, passno: 0 };

describe('readFstabLine', () => {
  // What findmnt --tab-file of util-linux 2.38 and getmntent(3) of glibc 2.36 read.
  it.each([
    ['nas:/x /x nfs', {}],
    ['  nas:/x\t/x  nfs\tdefaults 0\t0  ', {}],
    ['nas:/x /x nfs rw', { options: 'rw' }],
    ['nas:/x /x nfs rw 0 0 extra', { options: 'rw' }],
    ['nas:/x /x nfs rw 0 -1', { options: 'rw', passno: -1 }],
    ['nas:/x /x nfs rw 1 2 # comment', { options: 'rw', freq: 1, passno: 2 }],
    ['nas:/x /x nfs rw\r', { options: 'rw' }],
    ['nas:/x /x nfs ,nofail, 0 0', { options: ',nofail,' }],
    ['nas:/x /x nfs a#b 0 99999999999999999999', { options: 'a#b' }],
    ['[fd00::1]:/x //x/ nfs', { spec: '[fd00::1]:/x' }],
    ['sshfs#user@io1:/x /x fuse', { spec: 'sshfs#user@io1:/x', type: 'fuse' }],
    ['UUID="1A2B-3C4D" /x vfat umask=0077', { spec: 'UUID=1A2B-3C4D', type: 'vfat', options: 'umask=0077' }],
    ["LABEL='a\\040b' /x ext4", { spec: 'LABEL=a b', type: 'ext4' }],
    ['LABEL=Système /donn\\303\\251es ext4', { spec: 'LABEL=Système', dir: '/données', type: 'ext4' }],
    ['nas:/x\u00a0y /x\vy nfs', { spec: 'nas:/x\u00a0y', dir: '/x\vy' }],
    ['nas:/x data nfs', { dir: 'data' }],
    ['nas:/x /a/../x nfs', {}],
  ])('reads %j', (raw, more) => {
    expect(readFstabLine(raw, 1)).toEqual({ number: 1, raw, mount: { ...plain, ...more } });
  });

  it.each([
    ['nas:/x /x nfs defaults, noatime 0 0', 'has "noatime" in place of a number', { options: 'defaults,' }],
    ['nas:/x /x nfs rw # comment', 'has "#" in place of a number', { options: 'rw' }],
    ['nas:/x /x nfs rw 0 0# comment', 'has "0#" in place of a number', { options: 'rw' }],
    ['nas:/x /x nfs # comment', 'has "comment" in place of a number', {}],
    ['\ufeffnas:/x /x nfs', 'begins with a byte order mark', {}],
  ])('reads %j, which mount(8) passes over', (raw, problem, more) => {
    expect(readFstabLine(raw, 1)).toEqual({ number: 1, raw, mount: { ...plain, ...more }, problem });
  });

  it.each([
    ['', undefined],
    [' \t\r', undefined],
    ['# /dev/sda1 / ext4 defaults 0 1', undefined],
    ['\ufeff# comment', undefined],
    ['/dev/sda1 /', 'has fewer than three fields'],
    ['word', 'has fewer than three fields'],
  ])('reads no mount in %j', (raw, problem) => {
    expect(readFstabLine(raw, 1)).toEqual({ number: 1, raw, ...(problem ? { problem } : {}) });
  });
});

it('reads all lines of a file, whatever its end', () => {
  expect(readFstab('')).toEqual([]);
  expect(readFstab('# a\n\nA /b nfs').map((line) => line.raw)).toEqual(['# a', '', 'A /b nfs']);
  expect(readFstab('# a\n\n').map((line) => line.number)).toEqual([1, 2]);
});

describe('editFstabLine', () => {
  const edit = (raw: string, more: object) => {
    const { mount, ...line } = readFstabLine(raw, 1);
    return mount && editFstabLine({ ...line, mount }, { ...mount, ...more });
  };

  it.each([
    ['/dev/sda1\t/   ext4  defaults 0\t1 # root', { spec: 'UUID=1' }, 'UUID=1\t/   ext4  defaults 0\t1 # root'],
    [' UUID="1"\t/x vfat\r', { options: 'umask=0077' }, ' UUID="1"\t/x vfat umask=0077\r'],
    ['a /x nfs # why', { passno: 2 }, 'a /x nfs defaults 0 2 # why'],
    ['a /x nfs defaults, noatime 0 0', { type: 'nfs4' }, 'a /x nfs4 defaults, noatime 0 0'],
    ['a /x nfs rw 0 0 extra', { dir: '/y z', freq: 1 }, 'a /y\\040z nfs rw 1 0 extra'],
  ])('changes of %j what differs', (raw, more, text) => {
    expect(edit(raw, more)).toBe(text);
  });

  it('changes nothing where nothing differs, and gives what is asked for', () => {
    const gap = fc.constantFrom(' ', '\t', '  ');
    const field = fc.string({
      unit: fc.constantFrom('a', '/', '\\040', '#', '\\', 'é', '\udce9', '"', '='),
      minLength: 1,
    });
    const raws = fc.array(fc.tuple(field, gap), { minLength: 3, maxLength: 8 }).map((all) => all.flat().join(''));
    const other = fc.record({ spec: field, options: field, passno: fc.integer() }, { requiredKeys: [] });
    fc.assert(
      fc.property(raws, other, (raw, more) => {
        const { mount, ...line } = readFstabLine(raw, 1);
        fc.pre(mount !== undefined && ![more.options, more.spec].some((one) => /^#|"/.test(one ?? '')));
        expect(editFstabLine({ ...line, mount }, mount)).toBe(raw);
        const text = editFstabLine({ ...line, mount }, { ...mount, ...more });
        expect(readFstabLine(text, 1).mount).toEqual({ ...mount, ...more });
      }),
    );
  });
});

it('writes lines that read back', () => {
  const fields = { ...plain, spec: 'LABEL=a b', dir: '/x\ty\\', passno: -1 };
  expect(printFstabLine(fields)).toBe('LABEL=a\\040b\t/x\\011y\\134\tnfs\tdefaults\t0\t-1');
  expect(readFstabLine(printFstabLine(fields), 1).mount).toEqual(fields);
});
