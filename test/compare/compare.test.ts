import { describe, expect, it } from 'vitest';
import { compareTrees } from './compare.ts';
import { type Entry, type Listing, parseListing } from './listing.ts';

const entry = (more: Partial<Entry> = {}): Entry => ({
  type: 'f',
  mode: '644',
  owner: '0:0',
  mtime: '1.5',
  sizeBytes: 10,
  allocatedBytes: 4096,
  identity: '1:1',
  nlink: 1,
  target: '',
  device: '',
  sha256: 'aa',
  attributes: [],
  ...more,
});
const one = (more: Partial<Entry> = {}): Listing => new Map([['a', entry(more)]]);

describe('compareTrees', () => {
  it.each<[string, Partial<Entry>]>([
    ['mode was 644, is 600', { mode: '600' }],
    ['owner was 0:0, is 0:7', { owner: '0:7' }],
    ['time was 1.5, is 2', { mtime: '2' }],
    ['sha256 was aa, is bb', { sha256: 'bb' }],
    ['type was f, is d', { type: 'd' }],
    ['attributes were none, are security.capability=0x01', { attributes: ['security.capability=0x01'] }],
    ['it is no longer sparse', { allocatedBytes: 64 * 1024 ** 2 }],
  ])('sees that %s', (what, change) => {
    expect(compareTrees(one(), one(change), []).differences).toEqual([expect.stringContaining(what)]);
  });

  it('sees what is lost and what is extra', () => {
    expect(compareTrees(one(), new Map([['b', entry()]]), []).differences).toEqual([
      '"a": is missing',
      '"b": is not in the image',
    ]);
  });

  it('sees a hard link that became two files', () => {
    const image: Listing = new Map([
      ['a', entry({ nlink: 2 })],
      ['b', entry({ nlink: 2 })],
    ]);
    const installed: Listing = new Map([
      ['a', entry()],
      ['b', entry({ identity: '1:2' })],
    ]);
    expect(compareTrees(image, installed, []).differences).toEqual(['"b": was one file with "a", is now one with "b"']);
  });

  it('passes over what is allowed, and tells which rules were needed', () => {
    const installed: Listing = new Map([
      ['a', entry({ mode: '600' })],
      ['var/log/x', entry()],
    ]);
    const { differences, used } = compareTrees(one(), installed, ['a', 'var/log/**', 'never']);
    expect(differences).toEqual([]);
    expect([...used]).toEqual(['a', 'var/log/**']);
  });
});

describe('the folder of a file that may be written', () => {
  it('may have another time, but no other owner', () => {
    const image: Listing = new Map([
      ['etc', entry({ type: 'd' })],
      ['etc/fstab', entry()],
    ]);
    const later = (more: Partial<Entry>): Listing =>
      new Map([
        ['etc', entry({ type: 'd', mtime: '9', ...more })],
        ['etc/fstab', entry({ mtime: '9' })],
      ]);
    expect(compareTrees(image, later({}), ['etc/fstab']).differences).toEqual([]);
    expect(compareTrees(image, later({ owner: '1:1' }), ['etc/fstab']).differences).toEqual([
      '"etc": owner was 0:0, is 1:1',
    ]);
  });
});

describe('parseListing', () => {
  it('reads names of any bytes', () => {
    const raw =
      '=files\nd\x00755\x000\x000\x004096\x001.0\x001:2\x002\x008\x00\x00\x00' +
      'f\x00644\x000\x007\x003\x009.25\x001:3\x001\x008\x00\x00a\nb\xff\x00' +
      'c\x00666\x000\x000\x000\x001.0\x001:4\x001\x000\x00\x00null\x00' +
      '\n=devices\n1:3\x00./null\x00\n=sums\n' +
      `${'e'.repeat(64)}  ./a\nb\xff\x00\n=attributes\n# file: a\\012b\\377\nuser.x=0x01\n\n`;
    const listing = parseListing(Buffer.from(raw, 'latin1'));
    expect([...listing.keys()]).toEqual(['', 'a\nb\xff', 'null']);
    expect(listing.get('a\nb\xff')).toMatchObject({
      owner: '0:7',
      mtime: '9.25',
      sha256: 'e'.repeat(64),
      attributes: ['user.x=0x01'],
    });
    expect(listing.get('null')?.device).toBe('1:3');
  });
});
