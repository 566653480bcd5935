import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFstab } from '../../common/model/fstab.ts';
import { namesDevice } from '../../common/model/layout/mount-spec.ts';
import { parseMountedFilesystems } from '../../common/model/mounted.ts';
import { parseScript } from '../../common/model/script.ts';
import { emptyState } from '../../common/model/state.ts';
import type { Step } from '../../common/system/step.ts';
import { installedFstab } from '../../install/fstab/fstab.ts';
import { planMount } from '../../install/target/plan-mount.ts';
import { disk, GiB, plan } from '../../test/helpers/layout-plan.ts';
import { fstabRemarks, parseFstab, parseScheme } from './golden.ts';
import { goldenLayout } from './golden-layout.ts';
import { masterScript } from './master.ts';

const names = {
  esp: '1A2B-3C4D',
  root: 'aaaa0000-0000-4000-8000-000000000002',
  swap: 'aaaa0000-0000-4000-8000-000000000003',
};
const dump = `label: gpt
unit: sectors

/dev/sda1 : start=2048, size=1048576, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=6A2E6B0C-1111-4222-8333-AAAAAAAA0011
/dev/sda2 : start=1050624, size=8388608, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="root"
/dev/sda3 : start=9439232, size=2097152, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F
/dev/sda4 : start=11536384, size=4194304, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
/dev/sda5 : start=15730688, size=4194304, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
/dev/sda6 : start=19924992, size=4194304, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
`;
const device = (number: number, fstype: string, more: object = {}) => {
  return { path: `/dev/sda${number}`, fstype, parents: ['/dev/sda'], ...more };
};
const devices = [
  device(1, 'vfat', { uuid: names.esp, fsver: 'FAT32', label: 'data' }),
  device(2, 'ext4', { uuid: names.root, label: 'Système' }),
  device(3, 'swap', { uuid: names.swap }),
  device(4, 'btrfs', { uuid: 'aaaa0000-0000-4000-8000-000000000004', label: 'data' }),
  device(5, 'ext3', { uuid: 'aaaa0000-0000-4000-8000-000000000005', label: 'd\udce9' }),
  device(6, 'zfs_member', { uuid: '123', label: 'tank' }),
  { path: '/dev/sr0', type: 'rom', rm: true, parents: [] },
];
const mounted = parseMountedFilesystems(`systemd-1 on /boot/efi type autofs (rw)
/dev/sda2 on / type ext4 (rw)
/dev/sda1 on /boot/efi type vfat (rw)
/dev/sda5 on /data type ext3 (rw)
/dev/sda4 on /data type btrfs (rw,subvolid=256,subvol=/@)
tank/home on /home type zfs (rw)
`);
const facts = { name: 'x', bytes: 0, inodes: 0, mounts: [{ dir: '/', bytes: 1000, inodes: 3 }], splitLinks: [] };

/** The script of a golden client with this fstab, what it remarks, and the fstab of a machine that it installs. */
async function installed(fstab: string) {
  const golden = {
    disks: [parseScheme('sda', dump)],
    mounted,
    storage: {},
    devices,
    fstab: parseFstab(fstab),
    fstabRemarks: fstabRemarks(fstab),
  };
  const wish = goldenLayout(golden, facts);
  const text = await masterScript({ image: 'x', fstab: '/i/etc/fstab', ...wish, ip: 'dhcp', afterwards: 'reboot' });
  const [, layout] = parseScript(text);
  const stdin = layout?.kind === 'verb' ? layout.stdin : '';
  const { target } = plan(stdin, { firmware: 'uefi', disks: [disk('vda', 20 * GiB)] });
  const state = { ...emptyState, ...target };
  return { text, remarks: wish.remarks, state, fstab: installedFstab(fstab, state).text };
}

const mountsOf = (steps: readonly Step[]) => steps.flatMap((one) => (one.kind === 'mount' ? [one.at.path] : []));

describe('the fstab of a golden client', () => {
  it.each([
    // As sites have them; none names a block device.
    'beegfs_nodev /mnt/beegfs beegfs cfgFile=/etc/beegfs/client.conf 0 0',
    '10.0.0.5@tcp:10.0.0.6@tcp:/scratch /lustre lustre defaults,flock 0 0',
    '/dev/gpfs1 /gpfs1 gpfs rw,mtime,dev=gpfs1 0 0',
    '[fe80::1%eth0]:/export /x nfs4 rw 0 0',
    '//fs/share#1 /mnt/c cifs password=a#b 0 0',
    'sshfs#user@io1:/export /mnt/sshfs fuse defaults,allow_other 0 0',
    'none /dev/cpuset cpuset defaults 0 0',
    '/dev/fuse /mnt/f fuse.thing rw 0 0',
    '/dev/shm /tmp/s none rbind 0 0',
    '/srv/disk.img /mnt/img ext4 loop 0 0',
    '/swapfile none swap sw 0 0',
    'swapfile swap swap sw 0 0',
    'data/home /home zfs defaults 0 0',
    'tank/home /home zfs defaults,nofail 0 0',
    '/dev/sr0 /media/cd auto user,ro 0 0',
    '/dev/mapper/gone /gone ext4 noauto 0 0',
    'LABEL=gone /gone ext4 nofail 0 0',
    'UUID=123 /tank auto noauto 0 0',
    'overlay /merged overlay lowerdir=/a,upperdir=/b,workdir=/c 0 0',
    'nas1:/nfs/f relative nfs rw 0 0',
    'nas1:/nfs/g\\040h /g\u00a0h nfs rw 0 -1',
    'nas1:/nfs/b\udce9 /b\udce9 nfs defaults, 0 0 7 # seven',
    'nas1:/nfs/c /c nfs defaults, noatime 0 0',
    ' nas1:/x\t/x   nfs\r',
    'two words',
    '/dev/sda5 /mnt/stale xfs noauto 0 0',
  ])('keeps %j', async (line) => {
    const { fstab, remarks, text } = await installed(`# comment\n${line}`);
    expect(fstab.split('\n').slice(0, 2)).toEqual(['# comment', line]);
    expect(remarks.filter((one) => one.startsWith('Not in the layout'))).toEqual([]);
    expect(text).toSatisfy((script: string) => script.isWellFormed());
  });

  it.each([
    ['/dev/mapper/gone /gone ext4 defaults 0 0', 'device is unknown'],
    ['ID=wwn-0x5000 /gone auto defaults 0 0', 'device is unknown'],
    ['/dev/sda:/dev/sdb /gone bcachefs defaults 0 0', 'device is unknown'],
    ['/dev/sda6 /gone lustre defaults 0 0', 'device /dev/sda6 is not made again'],
    ['tank/home /home zfs defaults 0 0', 'ZFS pool tank is not made again'],
    ['UUID=aaaa0000-0000-4000-8000-000000000003 /old ext4 defaults 0 2', 'device is swap, and not ext4'],
  ])('leaves out %j, and says why', async (line, why) => {
    const { fstab, remarks } = await installed(`${line}\n`);
    expect(fstab).toContain(`# not in the autoinstall script: ${line}\n`);
    expect(remarks).toContain(`Not in the layout: ${line.split(' ', 2).join(' on ')}, because the ${why}`);
  });

  it.each([
    ['LABEL=Système / ext4 defaults 0 1', 'LABEL=Système / ext4 defaults 0 1'],
    ['LABEL=Syst\\303\\250me / ext4,ext3 defaults', 'LABEL=Syst\\303\\250me / ext4,ext3 defaults'],
    ['/dev/sda2 / auto defaults 0 1', `UUID=${names.root} / auto defaults 0 1`],
    ['ID=x / ext3 rw', `UUID=${names.root} / ext3 rw`],
    ['/dev/root  /  xfs logdev=/dev/sdb1,rw 0 1', `UUID=${names.root}  /  ext4 rw 0 1`],
    [`UUID="${names.esp}"  /boot/efi/ msdos umask=0077`, `UUID="${names.esp}"  /boot/efi/ msdos umask=0077`],
    [
      'PARTUUID=6a2e6b0c-1111-4222-8333-aaaaaaaa0011 /boot/../boot/efi auto',
      'PARTUUID=6a2e6b0c-1111-4222-8333-aaaaaaaa0011 /boot/../boot/efi auto',
    ],
    ['/dev/sda3 none swap sw,pri=1 0 0', `UUID=${names.swap} none swap sw,pri=1 0 0`],
    [
      'LABEL=data /data btrfs subvolid=256,noatime',
      'UUID=aaaa0000-0000-4000-8000-000000000004 /data btrfs noatime,subvol=/@',
    ],
    ['LABEL=d\\351 /data ext3 noauto', 'UUID=aaaa0000-0000-4000-8000-000000000005 /data ext3 noauto'],
    ['/dev/sda5 /old ext4 noauto', 'UUID=aaaa0000-0000-4000-8000-000000000005 /old ext4 noauto'],
  ])('gives for %j what holds on other machines', async (line, expected) => {
    const { fstab } = await installed(`${line}\n`);
    expect(fstab.split('\n')[0]).toBe(expected);
  });

  it('has several lines for one directory, and mounts what was seen there', async () => {
    const lines = [
      'LABEL=Système / ext4 defaults 0 1',
      'UUID=aaaa0000-0000-4000-8000-000000000005 /data ext4 noauto 0 0',
      'UUID=aaaa0000-0000-4000-8000-000000000004 /data btrfs noauto 0 0',
      'LABEL=Système / ext4 defaults 0 1',
    ];
    const { fstab, state } = await installed(`${lines.join('\n')}\n`);
    expect(fstab.split('\n').slice(0, 4)).toEqual(lines);
    const steps = planMount({ mounts: [], swaps: [] }, state, '/a');
    expect(steps.flatMap((one) => (one.kind === 'mount' && one.at.path === '/data' ? [one.source] : []))).toEqual([
      '/dev/vda4',
    ]);
  });

  const spec = fc.constantFrom(
    'LABEL=Système',
    'LABEL=data',
    'LABEL=d\udce9',
    `UUID=${names.root}`,
    `UUID="${names.esp}"`,
    `UUID=${names.swap}`,
    'UUID=123',
    'LABEL=x',
    '/dev/sda1',
    '/dev/sda2',
    '/dev/sda3',
    '/dev/sda4',
    '/dev/sda5',
    '/dev/sda6',
    '/dev/sda7',
    '/dev/sr0',
    '/dev/disk/by-label/data',
    'none',
    'tank/home',
    '[fe80::1]:/x',
    '//a/b',
    'nas:/x',
    '/srv/i.img',
    '/dev/fuse',
    'ID=x',
    'PARTLABEL=root',
    '\\043x',
    'é\udce9',
    '\ufeffx',
  );
  const dir = fc.constantFrom(
    '/',
    '/data',
    '/data/',
    '/data/below',
    '/boot/efi',
    '/home',
    'none',
    'swap',
    'rel',
    '/a\\040b',
    '/x/../data',
    '/é',
  );
  const type = fc.constantFrom(
    'ext4',
    'ext4,ext3',
    'auto',
    'btrfs',
    'vfat',
    'xfs',
    'swap',
    'nfs',
    'none',
    'zfs',
    'fuse',
    'ext2',
    '#',
  );
  const option = fc.constantFrom(
    'defaults',
    'noauto',
    'nofail',
    'bind',
    'subvolid=257',
    'subvolid=5',
    'subvol=@x',
    'logdev=/dev/sdb',
    'a#b',
    ',',
    'umask=0077',
  );
  const options = fc.array(option, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
  const rest = fc.constantFrom('', ' 0 0', ' 0 -1', ' 1 2 # c', ' noatime 0 0', ' 0 0 7', '\t0', '\r');
  const mountLine = fc.tuple(spec, dir, type, options, rest).map(([a, b, c, d, e]) => `${a} ${b}\t${c}  ${d}${e}`);
  const line = fc.oneof({ weight: 8, arbitrary: mountLine }, fc.constantFrom('', '# comment', 'two words', '\ufeff#'));

  it('is read back from every script that is made of it, and loses no line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (some) => {
        const lines = ['# of the golden client', ...some];
        const { fstab, state, text } = await installed(lines.join('\n'));
        expect(text.isWellFormed()).toBe(true);
        const after = fstab.split('\n');
        for (const [at, { raw, mount }] of readFstab(lines.join('\n')).entries()) {
          const now = after[at] ?? '';
          const isOurs = mount !== undefined && (namesDevice(mount) || /sda|tank/.test(mount.spec));
          const dirOf = (entry: string) => entry.split(/[ \t]+/)[1];
          const may = isOurs ? [raw, `# not in the autoinstall script: ${raw}`] : [raw];
          expect(may.includes(now) || (isOurs && dirOf(now) === dirOf(raw)) ? raw : now).toBe(raw);
        }
        const dirs = mountsOf(planMount({ mounts: [], swaps: [] }, state, '/a'));
        expect(new Set(dirs).size).toBe(dirs.length);
      }),
      { numRuns: 200 },
    );
  });
});
