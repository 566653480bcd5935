import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { checkMainFolders, checkNoServer, checkWritable } from './checks.ts';
import type { Mounted } from './filesystems.ts';
import { checkFit } from './fit.ts';
import { checkImmutable, probeImmutable } from './immutable.ts';
import { checkMountPoints } from './mount-points.ts';
import { packageManagerAtWork, writersOf } from './package-managers.ts';
import type { Change } from './plan.ts';
import { checkRoom } from './room.ts';

const change = (path: string, more: Partial<Change> = {}): Change => ({
  path,
  kind: 'file',
  reason: 'changed',
  details: ['size'],
  sizeBytes: 1000,
  mtime: '',
  layer: 0,
  ...more,
});
const mount = (dir: string, type = 'ext4', options = 'rw'): Mounted => {
  return { dir, type, options, source: '/dev/vda1', root: '/', devno: '254:1' };
};
const messageOf = async (work: () => unknown) => {
  try {
    await work();
    return 'fine';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an update is refused before a file is changed', () => {
  it('for an image of another processor', async () => {
    const processor = { program: '/usr/bin/env', here: 'x64', image: 'arm64' };
    const facts = { processor, undriven: undefined, kernel: '6.1.0', devices: [] };
    expect(await messageOf(() => checkFit(facts, 'arm_v1'))).toContain(
      'image arm_v1 is for processors of the kind arm64, and this machine is x64 (/usr/bin/env)',
    );
  });

  it('if the image’s kernel cannot read this machine’s disk, unless the machine runs on that kernel', async () => {
    const device = { path: '/sys/devices/pci0/virtio1', modalias: 'virtio:d2v1', driver: 'virtio_blk' } as const;
    const undriven = { kernel: '6.12.0', modaliases: ['virtio:d2v1'], types: ['xfs'] };
    const check = (kernel: string) => messageOf(() => checkFit({ undriven, kernel, devices: [device] }, 'web_v2'));
    expect(await check('6.1.0')).toContain(
      'kernel 6.12.0 of image web_v2 lacks the driver of this machine’s disk (virtio_blk for /sys/devices/pci0/virtio1) and xfs',
    );
    expect(await check('6.12.0')).toBe('fine');
  });

  it('on an image server', async () => {
    const server = recorderIo({ files: { '/var/lib/systemimager/images/web_v1/etc/motd': 'x' } }).io;
    expect(await messageOf(() => checkNoServer(server, '/'))).toContain('images holds web_v1');
    expect(await messageOf(() => checkNoServer(recorderIo({}).io, '/'))).toBe('fine');
  });

  it('on a filesystem that is mounted read-only and would change', async () => {
    const mounts = [mount('/'), mount('/usr', 'ext4', 'ro,relatime')];
    expect(await messageOf(() => checkWritable(mounts, [change('usr/bin/x')]))).toContain(
      '/usr, which is mounted read-only',
    );
    expect(await messageOf(() => checkWritable(mounts, [change('usrlocal/x')]))).toBe('fine');
  });

  it('where /lib is a folder here and a link in the image', async () => {
    const { io } = recorderIo({ files: { '/lib': { dir: true } } });
    const changes = [change('lib', { kind: 'link', reason: 'new' })];
    expect(await messageOf(() => checkMainFolders(io, '/', changes))).toContain(
      '/lib is a folder here, and a link in the image',
    );
  });

  it('over files that chattr has made unchangeable, each named', async () => {
    const { io, did } = recorderIo({
      answer: ({ argv }) =>
        argv[0] === 'lsattr'
          ? { code: 1, stdout: '----i---------e------- /etc/motd\n--------------e------- /etc\n' }
          : undefined,
    });
    const found = await probeImmutable(io, '/', [change('etc/motd'), change('etc/new', { reason: 'new' })]);
    expect(did).toEqual(['run lsattr -d -- /etc/motd /etc']);
    expect(await messageOf(() => checkImmutable(found))).toContain('unchangeable: /etc/motd;');
  });

  it('for lack of room, with old and new content side by side', async () => {
    const changes = [change('var/big', { sizeBytes: 3e9 }), change('usr/x')];
    const rooms = [
      { dir: '/', bytes: 1e9, inodes: 1000 },
      { dir: '/var', bytes: 2e9, inodes: 1000 },
    ];
    expect(await messageOf(() => checkRoom(rooms, [mount('/'), mount('/var')], changes))).toContain(
      '/var needs 3017 MB, and 2000 MB are free; nothing was changed',
    );
    const rich = rooms.map((one) => ({ ...one, bytes: 4e9 }));
    expect(await messageOf(() => checkRoom(rich, [mount('/'), mount('/var')], changes))).toBe('fine');
  });
});

describe('mount points', () => {
  const mounts = [mount('/'), mount('/boot/efi', 'vfat')];
  const check = (here: string, inImage: string, changes: Change[], otherLayout = false) =>
    messageOf(() => checkMountPoints({ here, inImage, mounts, changes }, otherLayout));

  it('of this machine’s fstab must be mounted where the update writes', async () => {
    const here = '/dev/vda2 /var xfs defaults 0 2\n/dev/vda3 none swap sw 0 0\n';
    expect(await check(here, '', [change('var/lib/x')])).toContain(
      '/etc/fstab mounts /dev/vda2 on /var, and this is not mounted',
    );
    expect(await check(here, '', [change('usr/x')])).toBe('fine');
  });

  it('of the image that the machine lacks stop the update, unless its installation made them folders', async () => {
    const image = 'UUID=x /data xfs defaults 0 2\n';
    const changes = [change('data/x', { reason: 'new' })];
    expect(await check('', image, changes)).toContain('the image has filesystems that this machine lacks: /data (xfs)');
    expect(await check('', image, changes, true)).toBe('fine');
    expect(await check('# UUID=x /data xfs defaults 0 2\n', image, changes)).toBe('fine');
    expect(await check('', image, [])).toBe('fine');
  });

  it('must keep owners where the image’s do', async () => {
    expect(await check('', '/dev/vda1 /boot/efi ext4 defaults 0 2\n', [])).toContain(
      '/boot/efi is vfat, and ext4 in the image',
    );
  });
});

describe('package managers', () => {
  it('are found by the locks that they hold', async () => {
    const locks =
      '1: POSIX  ADVISORY  WRITE 812 fe:01:131075 0 EOF\n2: POSIX  ADVISORY  READ 900 fe:01:99 0 EOF\n3: FLOCK  ADVISORY  WRITE 7 00:1a:5 0 EOF\n';
    expect(writersOf(locks)).toEqual([
      { pid: 812, ino: 131_075 },
      { pid: 7, ino: 5 },
    ]);
    const files = {
      '/proc/locks': locks,
      '/var/lib/dpkg/lock-frontend': { kind: 'file', ino: 131_075 } as const,
      '/proc/812/fd/4': { link: '/var/lib/dpkg/lock-frontend' },
    };
    expect(await packageManagerAtWork(recorderIo({ files }).io, '/')).toEqual({ name: 'dpkg', pid: 812 });
    const other = { ...files, '/proc/812/fd/4': { link: '/srv/another-file-of-that-number' } };
    expect(await packageManagerAtWork(recorderIo({ files: other }).io, '/')).toBeUndefined();
  });
});
