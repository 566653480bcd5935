import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printSteps } from '../../common/system/apply.ts';
import { checkFilesystems } from '../layout/check-filesystems.ts';
import { bytesOn, filesystemOf, filesystems } from './index.ts';
import type { FilesystemState } from '../../common/model/target.ts';

const MiB = 1024 ** 2;
const random = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const uuid = '00070e15-1c23-4a31-b83f-464d545b6269';

it('lists every file of this folder', () => {
  const files = readdirSync(import.meta.dirname).flatMap((name) => /^([a-z0-9]+)\.ts$/.exec(name)?.[1] ?? []);
  expect(filesystems.map((one) => one.name).sort()).toEqual(
    files.filter((name) => !['filesystem', 'index'].includes(name)).sort(),
  );
});

const wish = (type: string, more: Partial<FilesystemState> = {}): FilesystemState => ({
  device: '/dev/sda1',
  node: '/dev/vda1',
  type,
  label: '',
  uuid: filesystemOf(type).formatUuid(random),
  options: {},
  subvolumes: [],
  keep: false,
  ...more,
});
/** The command lines that make it. */
const commands = (one: FilesystemState) =>
  printSteps(filesystemOf(one.type).make(one))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(mk|jfs|btrfs|mount)/.test(line));

describe.each(filesystems.map((one) => [one.name, one] as const))('%s', (name, filesystem) => {
  it('reads the UUIDs that it writes, and no others', () => {
    expect(filesystem.isUuid(filesystem.formatUuid(random))).toBe(true);
    expect(filesystem.isUuid('x')).toBe(false);
  });
  it('says which device it overwrites, and names the package of each program', () => {
    const [step] = filesystem.make(wish(name));
    expect(step).toMatchObject({ kind: 'run', destroys: [{ name: '/dev/sda1', node: '/dev/vda1' }] });
    const program = step?.kind === 'run' ? step.argv[0] : '';
    expect(Object.keys(filesystem.needs.programs).map((at) => at.split('/').at(-1))).toContain(program);
  });
  it('needs more room for more content, and an area for no content none', () => {
    const [less = Number.NaN, more = Number.NaN] = [MiB, 100 * MiB].map((bytes) =>
      filesystem.bytesFor({ bytes, inodes: 1000 }),
    );
    expect({ holdsFiles: more > less, isEmpty: more === 0 }).toEqual({
      holdsFiles: name !== 'swap',
      isEmpty: name === 'swap',
    });
    expect(less).toSatisfy(Number.isInteger);
  });
  it('refuses a label that is too long, a bad UUID and an unknown key', () => {
    const check = (words: string) => () =>
      checkFilesystems(
        parseLayout(`[disk /dev/sda]\nlabel: gpt\n1 : size=1GiB\n[filesystems]\n/dev/sda1 ${name} ${words}\n`),
      );
    expect(check(`label=${'x'.repeat(filesystem.labelBytes + 1)}`)).toThrow(`room for ${filesystem.labelBytes}`);
    expect(check('uuid=12')).toThrow(`uuid=12 is no UUID of ${name}`);
    expect(check('colour=red')).toThrow('colour= is none of label=, uuid=');
    expect(check(`label=${'x'.repeat(Math.min(8, filesystem.labelBytes))}`)).not.toThrow();
  });
});

it.each([
  [wish('ext2'), [`mkfs.ext2 -q -F -U ${uuid} /dev/vda1`]],
  [
    wish('ext4', { label: 'my root', options: { features: 'none,extent', reserved: '1', 'inode-ratio': '8192' } }),
    [`mkfs.ext4 -q -F -O none,extent -i 8192 -m 1 -L 'my root' -U ${uuid} /dev/vda1`],
  ],
  [
    wish('xfs', { label: 'r', options: { features: 'bigtime=0,sparse=1,crc=1,ftype=1' } }),
    [`mkfs.xfs -q -f -m bigtime=0,crc=1 -i sparse=1 -n ftype=1 -m uuid=${uuid} -L r /dev/vda1`],
  ],
  [
    wish('btrfs', { label: 'r', subvolumes: ['@/var', '@', 'snap/one'] }),
    [
      `mkfs.btrfs -q -f -L r -U ${uuid} /dev/vda1`,
      'mkdir -p /run/boel/btrfs',
      'mount -t btrfs /dev/vda1 /run/boel/btrfs',
      'btrfs subvolume create /run/boel/btrfs/@',
      'btrfs subvolume create /run/boel/btrfs/@/var',
      'mkdir -p /run/boel/btrfs/snap',
      'btrfs subvolume create /run/boel/btrfs/snap/one',
    ],
  ],
  [
    wish('btrfs', { options: { 'default-subvolume': '@/.snapshots/1/snapshot' }, subvolumes: ['@/.snapshots', '@'] }),
    [
      `mkfs.btrfs -q -f -U ${uuid} /dev/vda1`,
      'mkdir -p /run/boel/btrfs',
      'mount -t btrfs /dev/vda1 /run/boel/btrfs',
      'btrfs subvolume create /run/boel/btrfs/@',
      'btrfs subvolume create /run/boel/btrfs/@/.snapshots',
      'mkdir -p /run/boel/btrfs/@/.snapshots/1',
      'btrfs subvolume create /run/boel/btrfs/@/.snapshots/1/snapshot',
      'btrfs subvolume set-default /run/boel/btrfs/@/.snapshots/1/snapshot',
    ],
  ],
  [
    wish('f2fs', { label: 'r', options: { features: 'extra_attr' } }),
    [`mkfs.f2fs -q -f -O extra_attr -l r -U ${uuid} /dev/vda1`],
  ],
  [wish('jfs', { label: 'r' }), ['mkfs.jfs -q -L r /dev/vda1', `jfs_tune -U ${uuid} /dev/vda1`]],
  [wish('reiserfs', { label: 'r' }), [`mkfs.reiserfs -q -ff -l r -u ${uuid} /dev/vda1`]],
  [wish('vfat', { label: 'EFI', options: { fat: '32' } }), ['mkfs.vfat -F 32 -n EFI -i 00070E15 /dev/vda1']],
  [wish('swap', { label: 's' }), [`mkswap -f -L s -U ${uuid} /dev/vda1`]],
])('$type is made by exactly these commands', (one, expected) => {
  expect(commands(one)).toEqual(expected);
});

it.each([
  ['ext4', 'reserved=x', 'reserved= is a number'],
  ['xfs', 'features=colour=1', 'features: colour=1 is none of crc='],
  ['vfat', 'fat=33', 'fat= is 12, 16 or 32'],
  ['btrfs', 'node-size=big', 'node-size= is a number'],
  ['btrfs', 'default-subvolume=/@', 'default-subvolume=/@ is not the path of a subvolume'],
  ['zfs', '', 'zfs is none of ext2, ext3'],
])('%s %s is refused', (type, words, message) => {
  const text = `[disk /dev/sda]\nlabel: gpt\n1 : size=1GiB\n[filesystems]\n/dev/sda1 ${type} ${words}\n`;
  expect(() => checkFilesystems(parseLayout(text))).toThrow(message);
});

it.each([
  [
    'ext4',
    { features: ['has_journal', 'needs_recovery', 'bigalloc', 'extent'], blockBytes: 4096, inodeBytes: 256 },
    { features: 'none,has_journal,extent', 'block-size': '4096', 'inode-size': '256' },
  ],
  [
    'xfs',
    { features: ['crc=1', 'finobt=1', 'reflink=1', 'bigtime=0', 'colour=1', 'ftype=1'] },
    { features: 'crc=1,finobt=1,reflink=1,bigtime=0,ftype=1,rmapbt=0,inobtcount=0,sparse=0,nrext64=0' },
  ],
  ['vfat', { version: 'FAT32' }, { fat: '32' }],
  ['vfat', { version: '' }, {}],
])('%s like one with %j', (type, made, expected) => {
  expect(filesystemOf(type).optionsLike?.({ version: '', ...made })).toEqual(expected);
});

it('counts holes where they would be filled', () => {
  const content = { bytes: 1000 * MiB, holeBytes: 900 * MiB, inodes: 1 };
  expect(bytesOn(filesystemOf('ext4'), content)).toBeLessThan(200 * MiB);
  expect(bytesOn(filesystemOf('vfat'), content)).toBeGreaterThan(1000 * MiB);
});
