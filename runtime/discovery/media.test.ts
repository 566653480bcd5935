import { describe, expect, it } from 'vitest';
import type { Command } from '../../common/system/io.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { mergeCfgs, readLocalCfgs } from './media.ts';

type Medium = { type: string; cfg?: RecordedFile; place?: string; mountFails?: boolean };

/** A machine with these block devices; sd… on the bus that the path says. */
function machine(media: Record<string, Medium>, files: Record<string, RecordedFile> = {}) {
  const all: Record<string, RecordedFile> = { ...files };
  for (const name of Object.keys(media)) {
    const bus = name.startsWith('sdu') ? 'pci0/usb1/1-1' : 'pci0/ata1';
    all[`/sys/class/block/${name}`] = { link: `../../devices/${bus}/block/${name}` };
    all[`/sys/class/block/${name}/size`] = name.startsWith('fd') ? '0\n' : name === 'sdu' ? '2880\n' : '204800\n';
    all[`/sys/class/block/${name}/dev`] = '8:0\n';
  }
  const said: string[] = [];
  const recorder = recorderIo({
    files: all,
    answer({ argv }: Command) {
      if (argv[0] === 'blkid') {
        const nodes = argv.filter((word) => word.startsWith('/dev/'));
        return { stdout: nodes.map((node) => `DEVNAME=${node}\nTYPE=${media[node.slice(5)]?.type}\n`).join('\n') };
      }
      const medium = media[argv.at(-2)?.slice(5) ?? ''];
      if (argv[0] === 'mount' && medium?.mountFails) return { code: 32 };
      if (argv[0] === 'mount' && medium?.cfg)
        recorder.files.set(`/run/boel/media/${medium.place ?? 'local.cfg'}`, medium.cfg);
      if (argv[0] === 'umount')
        for (const at of recorder.files.keys()) if (at.startsWith('/run/boel/media/')) recorder.files.delete(at);
      return {};
    },
  });
  const read = (how = {}) => readLocalCfgs(recorder.io, { say: (line) => void said.push(line) }, how);
  return { read, said, did: recorder.did };
}

describe('readLocalCfgs', () => {
  it('reads a floppy, a stick, a CD and a hard disk, and tells them apart', async () => {
    const cfg = 'HOSTNAME=new\n';
    const { read } = machine({
      fd0: { type: 'vfat', cfg: 'HOSTNAME=floppy\n' },
      sdu1: { type: 'ext2', cfg },
      sr0: { type: 'iso9660', cfg },
      sda1: { type: 'ext4', cfg: 'HOSTNAME=old\n' },
    });
    expect(await read()).toEqual([
      { from: 'floppy local.cfg', detail: '/dev/fd0', values: { HOSTNAME: 'floppy' } },
      { from: 'removable local.cfg', detail: '/dev/sdu1 and /dev/sr0', values: { HOSTNAME: 'new' } },
      { from: 'hard disk local.cfg', detail: '/dev/sda1', values: { HOSTNAME: 'old' } },
    ]);
  });

  it('knows a USB drive for floppies and a virtual floppy by the size', async () => {
    const { read } = machine({
      sdu: { type: 'vfat', cfg: 'HOSTNAME=a\n' },
      sdu1: { type: 'vfat', cfg: 'HOSTNAME=b\n' },
    });
    expect((await read()).map(({ from, detail }) => `${from} ${detail}`)).toEqual([
      'floppy local.cfg /dev/sdu',
      'removable local.cfg /dev/sdu1',
    ]);
  });

  it('leaves hard disks alone where they are to be skipped', async () => {
    const { read, did } = machine({
      fd0: { type: 'vfat', cfg: 'HOSTNAME=a\n' },
      sda1: { type: 'ext4', cfg: 'HOSTNAME=b\n' },
    });
    expect((await read({ skipsHardDisks: true })).map((one) => one.detail)).toEqual(['/dev/fd0']);
    expect(did.join()).not.toContain('/dev/sda1');
  });

  it('takes what the boot medium carried in as removable, and knows the one of the initrd', async () => {
    const { read } = machine({}, { '/local.cfg': 'HOSTNAME=a\n', '/etc/systemimager/local.cfg': 'HOSTNAME=b\n' });
    expect((await read()).map((one) => `${one.values.HOSTNAME} ${one.from}`)).toEqual([
      'a removable local.cfg',
      'b initrd local.cfg',
    ]);
  });

  it.each([
    ['ext4', 'ro,noload'],
    ['xfs', 'ro,norecovery,nouuid'],
    ['btrfs', 'ro,rescue=nologreplay'],
    ['reiserfs', 'ro'],
    ['ntfs3', 'ro'],
  ])('mounts %s on a hard disk without replaying its journal, the device write-protected', async (type, options) => {
    const { read, did } = machine({ sda1: { type } });
    await read();
    expect(did.filter((line) => !line.startsWith('mkdir'))).toEqual([
      'run blkid -p -o export /dev/sda1',
      'run blockdev --setro /dev/sda1',
      `run mount -t ${type} -o ${options} /dev/sda1 /run/boel/media`,
      'run umount /run/boel/media',
      'run blockdev --setrw /dev/sda1',
    ]);
  });

  it('finds the file in the root subvolume of btrfs', async () => {
    const { read } = machine({ sda1: { type: 'btrfs', cfg: 'HOSTNAME=a\n', place: '@/local.cfg' } });
    expect((await read())[0]?.values).toEqual({ HOSTNAME: 'a' });
  });

  it('passes over swap and what it cannot mount', async () => {
    const { read, said, did } = machine({ sda1: { type: 'swap' }, sda2: { type: 'xfs', mountFails: true } });
    expect(await read()).toEqual([]);
    expect(said).toEqual([
      '/dev/sda2 (xfs) is passed over: BOEL cannot read the filesystem, or only with a change to the disk',
    ]);
    expect(did.at(-1)).toBe('run blockdev --setrw /dev/sda2');
  });

  it.each<[string, RecordedFile, string]>([
    ['a link', { link: '/etc/passwd' }, 'local.cfg on /dev/sda1 is no plain file (link)'],
    ['a folder', { dir: true }, 'is no plain file (dir)'],
    ['a large file', Buffer.alloc(100_000, '#'), 'has 100000 bytes'],
    ['a NUL', 'HOSTNAME=a\0\n', 'holds a NUL byte'],
    ['a command', 'HOSTNAME=$(reboot)\n', 'local.cfg on /dev/sda1, line 1'],
  ])('refuses %s, and unmounts the disk', async (_, cfg, message) => {
    const { read, did } = machine({ sda1: { type: 'ext4', cfg } });
    await expect(read()).rejects.toThrow(message);
    expect(did.slice(-2)).toEqual(['run umount /run/boel/media', 'run blockdev --setrw /dev/sda1']);
  });

  it('starts arrays and volume groups read-only, looks at them, and stops them again', async () => {
    const { read, said, did } = machine({ sda1: { type: 'linux_raid_member' }, sdb1: { type: 'LVM2_member' } });
    expect(await read()).toEqual([]);
    expect(said).toEqual([]);
    expect(did.filter((line) => /mdadm|vgs/.test(line)).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'run mdadm --assemble',
      'run lvm vgs',
    ]);
  });
});

describe('mergeCfgs', () => {
  const cfg = (where: string, values: Record<string, string>) => ({ where, values });
  it('takes two that say the same, in whatever order, and overlooks empty ones', () => {
    const two = [
      cfg('/dev/sda1', { HOSTNAME: 'a', IMAGENAME: 'w' }),
      cfg('/dev/sdb1', {}),
      cfg('/dev/sdc1', { IMAGENAME: 'w', HOSTNAME: 'a' }),
    ];
    expect(mergeCfgs('hard disk local.cfg', two)?.detail).toBe('/dev/sda1 and /dev/sdc1');
    expect(mergeCfgs('hard disk local.cfg', [cfg('/dev/sda1', {})])).toBeUndefined();
  });

  it('stops at two that differ and shows both', () => {
    const two = [cfg('/dev/sda1', { HOSTNAME: 'a' }), cfg('/dev/sdb1', { HOSTNAME: 'b' })];
    expect(() => mergeCfgs('hard disk local.cfg', two)).toThrow(
      'two local.cfg say different things:\n    /dev/sda1: HOSTNAME=a\n    /dev/sdb1: HOSTNAME=b',
    );
  });
});
