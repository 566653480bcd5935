import { describe, expect, it } from 'vitest';
import { parseMountedFilesystems, printMountedFilesystems } from '../../common/model/mounted.ts';
import { printSteps } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { collectGolden } from './collect.ts';
import type { Device } from './devices.ts';
import { daemonConf, startDaemon } from './daemon.ts';
import { readMounts, readUsed } from './mounts.ts';
import { readHooks } from './hooks.ts';
import { whatIsLost } from './faithful.ts';
import { isListening } from './listening.ts';
import { recordSteps } from './plan.ts';

const device = (path: string, type: string, children: Device[] = []): Device => {
  return { name: path.slice(5), path, type, size: 1, rm: false, children };
};
const dump = 'label: gpt\nlabel-id: X\ndevice: /dev/sda\nunit: sectors\n\n/dev/sda1 : start=2048, size=4096\n';
const answers: Record<string, string> = {
  lsblk: JSON.stringify({
    blockdevices: [
      device('/dev/sda', 'disk', [device('/dev/sda1', 'part')]),
      device('/dev/cciss/c0d0', 'disk'),
      { ...device('/dev/sdz', 'disk'), rm: true },
      device('/dev/sr0', 'rom'),
    ],
  }),
  df: '     Used IUsed Mounted on\n 1000 10 /\n 5 - /my data\n',
};
const files = {
  '/proc/sys/kernel/hostname': 'golden\n',
  '/proc/swaps':
    'Filename Type Size\n/dev/sda2 partition 1048572 0 -2\n/swap\\040file                             file            2097148         0               -3\n',
  '/proc/self/mountinfo':
    '1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro\n2 1 8:17 / /my\\040data rw - xfs /dev/sdb1 rw\n',
};
const machine = () =>
  recorderIo({
    files,
    answer: ({ argv }) => {
      if (argv[0] !== 'sfdisk') return { stdout: answers[argv[0]] ?? '' };
      return argv[2] === '/dev/sda'
        ? { stdout: dump }
        : { code: 1, stderr: 'sfdisk: /dev/cciss/c0d0: does not contain a recognized partition table' };
    },
  }).io;

describe('prepareclient', () => {
  it('writes down each disk with a partition table, what is mounted, and what the tools know', async () => {
    const { facts } = await collectGolden(machine(), []);
    expect(facts).toMatchObject({ hostname: 'golden', disks: [{ name: '/dev/sda', dump }], swaps: ['/dev/sda2'] });
    expect(facts.swapFiles).toEqual([{ path: '/swap file', sizeBytes: 2 * 1024 ** 3 }]);
    expect(facts.used).toEqual([
      { dir: '/', bytes: 1000, inodes: 10 },
      { dir: '/my data', bytes: 5, inodes: 0 },
    ]);
    const text = printSteps(recordSteps(facts, ['sda', 'sdq'], '/'));
    expect(text).toContain('/etc/systemimager/partitionschemes/sda');
    expect(text).toContain('rm -rf /etc/systemimager/partitionschemes/sdq');
    expect(text).toContain('/dev/sda1 on / type ext4 (rw,relatime,errors=remount-ro)');
  });

  it('reads what an lsblk of 2018 prints: no column PATH or FSVER, and everything as text', async () => {
    const old = (name: string, more: object) => ({ name, 'maj:min': '8:0', size: '4096', rm: '0', ...more });
    const printed = [
      old('/dev/sda', {
        type: 'disk',
        children: [old('/dev/sda1', { type: 'part', 'maj:min': '8:1', fstype: 'ext4' })],
      }),
      old('/dev/sdb', { type: 'disk', rm: '1' }),
    ];
    const { io } = recorderIo({
      files: { ...files, '/proc/self/mountinfo': '1 0 8:1 / / rw - ext4 /dev/root rw\n' },
      answer({ argv }) {
        if (argv[0] !== 'lsblk') return { stdout: argv[0] === 'sfdisk' ? dump : (answers[argv[0]] ?? '') };
        const [unknown] = ['PATH', 'FSVER'].filter((name) => argv.at(-1)?.split(',').includes(name));
        const rest = argv.at(-1)?.slice(argv.at(-1)?.indexOf(unknown ?? ''));
        return unknown
          ? { code: 1, stderr: `lsblk: unknown column: ${rest}` }
          : { stdout: JSON.stringify({ blockdevices: printed }) };
      },
    });
    const { facts } = await collectGolden(io, []);
    expect(facts.disks.map((one) => one.name)).toEqual(['/dev/sda']);
    expect(facts.devices[0]?.children?.[0]).toMatchObject({ path: '/dev/sda1', size: 4096, rm: false });
    expect(facts.mounts[0]?.device).toBe('/dev/sda1');
    expect(facts.filesystems[0]?.device).toBe('/dev/sda1');
  });

  it('tells of each filesystem once what it holds, of one with subvolumes too', async () => {
    const mountinfo =
      '1 0 0:30 /@ / rw - btrfs /dev/sda2 rw\n2 1 0:30 /@home /home rw - btrfs /dev/sda2 rw\n3 1 0:4 / /run rw - tmpfs tmpfs rw\n';
    const { io, did } = recorderIo({ files: { '/proc/self/mountinfo': mountinfo } });
    await readUsed(io, await readMounts(io));
    expect(did).toEqual(['run df --block-size=1 --output=used,iused,target /']);
  });

  it('tells where a disk is mounted that the image shall not know of', async () => {
    expect((await collectGolden(machine(), ['/dev/sda'])).facts.excludedDirs).toEqual(['/']);
    expect((await collectGolden(machine(), [])).facts.excludedDirs).toEqual([]);
  });

  it('refuses to leave out a disk that is not there', async () => {
    await expect(collectGolden(machine(), ['/dev/sdx'])).rejects.toThrow('/dev/sdx is no disk of this machine');
  });

  it('serves only the image server, and asks for a password', () => {
    const conf = daemonConf({ port: 873, servers: ['10.0.0.1'], password: 'hush' });
    expect(conf).toContain('hosts allow = 10.0.0.1\nhosts deny = *\nauth users = getimage\n');
    expect(conf).not.toContain('hush');
    expect(daemonConf({ port: 1, servers: ['10.0.0.1'] })).not.toContain('auth users');
    expect(printSteps(startDaemon({ port: 873, servers: ['10.0.0.1'], password: 'hush' }))).not.toContain('hush');
  });

  it('has its daemon run hooks around a capture, and around nothing else', () => {
    const [, root = '', capture = '', done = ''] = daemonConf({ port: 1, servers: ['10.0.0.1'] }).split('\n[');
    expect(capture).toContain('pre-xfer exec = /etc/systemimager/capture-hooks before\n');
    expect(capture).toContain('post-xfer exec = /etc/systemimager/capture-hooks after\n');
    expect(root + done).not.toContain('capture-hooks');
  });

  const own = { kind: 'file', mode: 0o755, uid: 0 } as const;
  const folder = '/etc/systemimager/capture.d';
  it('names the hooks that a capture will run', async () => {
    const hooks = {
      [`${folder}/50-db`]: own,
      [`${folder}/10-web`]: own,
      [`${folder}/20-off`]: { ...own, mode: 0o644 },
      [`${folder}/10-web~`]: { ...own, mode: 0o777 },
      [`${folder}/README`]: { ...own, uid: 1000 },
    };
    expect(await readHooks(recorderIo({ files: hooks }).io, '/')).toEqual(['10-web', '50-db']);
    expect(await readHooks(recorderIo({}).io, '/')).toEqual([]);
  });
  it.each([
    [{ [`${folder}/50-db`]: { ...own, mode: 0o775 } }],
    [{ [`${folder}/50-db`]: { ...own, uid: 1000 } }],
    [{ [`${folder}/50-db`]: { link: '/home/x/db' } }],
    [{ [folder]: { kind: 'dir' as const, mode: 0o757 }, [`${folder}/50-db`]: own }],
  ])('refuses %j, which others may change', async (found) => {
    await expect(readHooks(recorderIo({ files: found }).io, '/')).rejects.toThrow(
      'can be changed by other users than root',
    );
  });

  it('knows who listens', async () => {
    const { io } = recorderIo({
      files: { '/proc/net/tcp': 'sl\n 0: 00000000:0369 00000000:0000 0A 0\n 1: 0100007F:0016 0100007F:8000 01 0\n' },
    });
    expect([await isListening(io, 873), await isListening(io, 22)]).toEqual([true, false]);
  });
});

describe('a machine that an image cannot hold is told so', () => {
  const root = { device: '/dev/sda1', dir: '/', type: 'ext4', options: '', root: '/', devno: '8:1' };
  const plain = { devices: [], mounts: [root], excludedDirs: [], swaps: [], md: {} };
  const btrfs = (path: string) => ({ ...device(path, 'disk'), fstype: 'btrfs', uuid: 'u' });
  const volume = (more: object) => ({ vg_name: 'vg', lv_name: 'a', lv_size: '1', segtype: 'linear', ...more });
  const lvm = (...lvs: object[]) => ({ pvs: [], vgs: [], lvs });
  const mapped = device('/dev/mapper/vg-a', 'lvm');
  it.each([
    ['nothing of a plain one', plain, []],
    [
      'an encrypted root',
      {
        ...plain,
        devices: [device('/dev/sda', 'disk', [device('/dev/mapper/c', 'crypt')])],
        mounts: [{ ...root, device: '/dev/mapper/c' }],
      },
      ['/dev/mapper/c (/) is encrypted'],
    ],
    ['zfs', { ...plain, mounts: [root, { ...root, dir: '/tank', type: 'zfs', device: 'tank' }] }, ['/tank is zfs']],
    [
      'a partition of another system',
      { ...plain, mounts: [root, { ...root, dir: '/win', type: 'ntfs3' }] },
      ['/win is ntfs3'],
    ],
    [
      'nothing of what is on none of its disks, or cannot be written to',
      {
        ...plain,
        mounts: [
          root,
          { ...root, dir: '/proc/fs/nfsd', type: 'nfsd', device: 'nfsd' },
          { ...root, dir: '/etc/pve', type: 'fuse', device: '/dev/fuse' },
          { ...root, dir: '/srv', type: 'nfs4', device: 'nas:/srv' },
          { ...root, dir: '/snap/x', type: 'squashfs', device: '/dev/loop3' },
        ],
      },
      [],
    ],
    ['a machine without disks', { ...plain, mounts: [{ ...root, type: 'nfs', device: 'nas:/root' }] }, ['/ is nfs']],
    ['a live system', { ...plain, mounts: [{ ...root, type: 'overlay' }] }, ['/ is overlay']],
    ['volumes that are in use', { ...plain, devices: [mapped], lvm: lvm(volume({ segtype: 'thin' })) }, []],
    [
      'thin volumes',
      {
        ...plain,
        devices: [mapped],
        mounts: [root, { ...root, dir: '/a', device: mapped.path }],
        lvm: lvm(volume({ segtype: 'thin' })),
      },
      ['/dev/mapper/vg-a (/a) is a thin volume: not made on other machines'],
    ],
    [
      'a volume of a group that lacks a disk',
      {
        ...plain,
        devices: [mapped],
        mounts: [root, { ...root, dir: '/a', device: mapped.path }],
        lvm: { ...lvm(volume({})), pvs: [{ pv_name: '[unknown]', vg_name: 'vg' }] },
      },
      ['/dev/mapper/vg-a (/a) lies on a physical volume that is missing'],
    ],
    [
      'swap on a cached volume, which the kernel calls otherwise',
      {
        ...plain,
        devices: [{ ...mapped, kname: '/dev/dm-3' }],
        swaps: ['/dev/dm-3'],
        lvm: lvm(volume({ segtype: 'cache' })),
      },
      ['/dev/mapper/vg-a is a cached volume'],
    ],
    [
      'an array of a controller',
      {
        ...plain,
        devices: [device('/dev/sda', 'disk', [device('/dev/md126', 'raid1', [device('/dev/md126p1', 'part')])])],
        mounts: [{ ...root, device: '/dev/md126p1' }],
        md: { '/dev/md126': { MD_LEVEL: 'raid1', MD_METADATA: 'imsm', MD_DEVICES: '2' } },
      },
      ['/dev/md126 is an array with metadata of imsm', '/dev/md126p1 (/) is a partition of the array /dev/md126'],
    ],
    [
      'volumes of other makers than LVM, and what stands on them',
      {
        ...plain,
        devices: [
          device('/dev/sda', 'disk', [
            device('/dev/mapper/isw_Vol', 'dmraid', [device('/dev/mapper/isw_Vol1', 'part')]),
            device('/dev/mapper/vdo0', 'vdo'),
          ]),
        ],
        mounts: [
          { ...root, device: '/dev/mapper/isw_Vol1' },
          { ...root, dir: '/v', device: '/dev/mapper/vdo0' },
        ],
      },
      [
        '/dev/mapper/isw_Vol is a device-mapper volume',
        '/dev/mapper/isw_Vol1 (/) is a partition of /dev/mapper/isw_Vol, which is a device-mapper volume',
        '/dev/mapper/vdo0 (/v) is a device-mapper volume',
      ],
    ],
    [
      'a volume of LVM once, and not what LVM puts below the volume',
      {
        ...plain,
        devices: [device('/dev/sda', 'disk', [device('/dev/mapper/vg-a_corig', 'lvm', [mapped])])],
        mounts: [root, { ...root, dir: '/a', device: mapped.path }],
        lvm: { ...lvm(volume({ segtype: 'cache' })), vgs: [{ vg_name: 'vg' }] },
      },
      ['/dev/mapper/vg-a (/a) is a cached volume'],
    ],
    [
      'btrfs over two disks',
      {
        ...plain,
        devices: [btrfs('/dev/sdb'), btrfs('/dev/sdc')],
        mounts: [root, { ...root, dir: '/b', type: 'btrfs', device: '/dev/sdb' }],
      },
      ['/dev/sdb (/b) is one btrfs with /dev/sdc'],
    ],
  ])('%s', (_, facts, expected) => {
    const lost = whatIsLost(facts);
    expect(lost).toHaveLength(expected.length);
    for (const [at, begin] of expected.entries()) expect(lost[at]).toContain(begin);
  });
});

it('mounted_filesystems reads as it is written', () => {
  const mounted = [{ device: '//nas/a b', dir: '/my data', type: 'cifs', options: 'rw,vers=3' }];
  expect(parseMountedFilesystems(printMountedFilesystems(mounted))).toEqual(mounted);
});
