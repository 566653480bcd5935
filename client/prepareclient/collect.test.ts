import { describe, expect, it } from 'vitest';
import type { Answer, RecordedFile } from '../../test/helpers/recorder-io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { collectGolden } from './collect.ts';

const dump = 'label: gpt\nunit: sectors\n\n1 : start=2048, size=4096\n';
type Row = { name: string; type?: string; children?: Row[]; [column: string]: unknown };
const row = (name: string, more: object = {}): Row => ({
  name: `/dev/${name}`,
  kname: `/dev/${name}`,
  path: `/dev/${name}`,
  type: 'disk',
  size: 1e9,
  rm: false,
  ...more,
});
const sda = row('sda', { children: [row('sda1', { type: 'part', fstype: 'ext2' })] });
const on = (...lines: [device: string, dir: string][]) =>
  lines.map(([device, dir], at) => `${at} 0 0:${at} / ${dir} rw - ext2 /dev/${device} rw\n`).join('');

/** A machine of these devices; `answers` are for programs with one of their words. */
function machine(
  rows: unknown,
  answers: Record<string, Answer> = {},
  more: { files?: Record<string, RecordedFile>; mounts?: string } = {},
) {
  return recorderIo({
    files: { '/proc/self/mountinfo': more.mounts ?? on(['sda1', '/']), ...more.files },
    answer({ argv }) {
      const found = Object.entries(answers).find(([word]) => argv.includes(word));
      if (found) return found[1];
      if (argv[0] === 'lsblk') return { stdout: JSON.stringify({ blockdevices: rows }) };
      return argv[0] === 'sfdisk' ? { stdout: dump } : {};
    },
  });
}
const collect = async (...given: Parameters<typeof machine>) => {
  const { facts, leftOut } = await collectGolden(machine(...given).io, []);
  return { disks: facts.disks.map((one) => one.name), excludedDirs: facts.excludedDirs, leftOut, facts };
};
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => '',
    (error: Error & { hint?: string }) => `${error.message}\n${error.hint}`,
  );

describe('disks that are not of the machine alone', () => {
  const usb = row('sdb', { tran: 'usb', children: [row('sdb1', { type: 'part' })] });
  it.each([
    ['zd0', {}],
    ['rbd0', {}],
    ['drbd0', {}],
    ['sdc', { tran: 'iscsi' }],
    ['sdc', { tran: 'fc' }],
    ['sdc', { tran: 'usb' }],
    ['sdc', { rm: true }],
    ['nvme0n1', { tran: 'tcp' }],
    ['mmcblk0boot0', {}],
  ])('%s is left out: %j', async (name, more) => {
    const { disks, leftOut } = await collect([sda, row(name, more)]);
    expect(disks).toEqual(['/dev/sda']);
    expect(leftOut.map((one) => one.device)).toEqual([`/dev/${name}`]);
  });
  it('are told by /sys where lsblk does not', async () => {
    const files = {
      '/sys/class/block/sdb': { link: '../../devices/platform/host3/session1/target3:0:0/3:0:0:0/block/sdb' },
    };
    const { disks, leftOut } = await collect([sda, row('sdb')], {}, { files });
    expect([disks, leftOut]).toEqual([['/dev/sda'], [{ device: '/dev/sdb', why: 'a LUN by iSCSI' }]]);
  });
  it('are written down where the machine needs them', async () => {
    for (const dir of ['/', '/boot', '/usr'])
      expect((await collect([usb], {}, { mounts: on(['sdb1', dir]) })).disks).toEqual(['/dev/sdb']);
    const files = { '/etc/fstab': 'UUID=1 /data ext2 defaults 0 0\n' };
    expect((await collect([sda, usb], {}, { files, mounts: on(['sda1', '/'], ['sdb1', '/data']) })).disks).toEqual([
      '/dev/sda',
      '/dev/sdb',
    ]);
  });
  it.each(['nofail', 'noauto', '_netdev'])(
    'take their files with them where the machine starts without: %s',
    async (option) => {
      const files = { '/etc/fstab': `UUID=1 /data ext2 rw,${option} 0 0\n` };
      const found = await collect([sda, usb], {}, { files, mounts: on(['sda1', '/'], ['sdb1', '/data']) });
      expect([found.disks, found.excludedDirs]).toEqual([['/dev/sda'], ['/data']]);
    },
  );
});

describe('a tool that fails', () => {
  const broken = { code: 1, stderr: 'sfdisk: cannot open /dev/sdb: Input/output error' };
  it('over a disk of which nothing is in use has it left out', async () => {
    const { disks, leftOut } = await collect([sda, row('sdb')], { '/dev/sdb': broken });
    expect(disks).toEqual(['/dev/sda']);
    expect(leftOut).toEqual([{ device: '/dev/sdb', why: `the partition table cannot be read: ${broken.stderr}` }]);
  });
  it('over a disk in use says the way out', async () => {
    const mounts = on(['sda1', '/'], ['sdb', '/srv']);
    const said = await refusal(collect([sda, row('sdb')], { '/dev/sdb': broken }, { mounts }));
    expect(said).toContain('Read the partition table of /dev/sdb: sfdisk exited 1');
    expect(said).toContain('say --exclude-disk /dev/sdb');
  });
  it('is not asked about a filesystem whose disk is gone, or of a program', async () => {
    const mounts = `${on(['sda1', '/'], ['sdx1', '/mnt'])}9 0 0:9 / /etc/pve rw - fuse /dev/fuse rw\n`;
    const gone: Answer = { code: 1, stderr: 'dumpe2fs: No such file or directory' };
    const { io, did } = machine([sda], { '/dev/sdx1': gone }, { mounts });
    await collectGolden(io, []);
    expect(did.filter((line) => /sdx1|pve/.test(line))).toEqual([]);
  });
  it('is not asked about what has no medium', async () => {
    const { io, did } = machine([sda, row('sdb', { size: 0 })]);
    await collectGolden(io, []);
    expect(did.filter((line) => line.includes('sdb'))).toEqual([]);
  });
  it('may be named by any disk that lsblk shows', async () => {
    const rows = [row('sda', { children: [...(sda.children ?? []), row('drbd0')] }), row('mmcblk0rpmb')];
    const { io } = machine(rows);
    await expect(collectGolden(io, ['/dev/drbd0', '/dev/mmcblk0rpmb'])).resolves.toBeDefined();
    await expect(collectGolden(io, ['/dev/sda1'])).rejects.toThrow('/dev/sda1 is no disk of this machine');
  });
  it('is named with its version where lsblk is too old', async () => {
    const said = await refusal(
      collect([], { '--json': { code: 1, stderr: "lsblk: unrecognized option '--json'\n\nUsage:\n" } }),
    );
    expect(said).toContain('needs util-linux 2.27 or newer');
  });
  it.each(['', '{"blockdevices": [', 'null', '{"blockdevices": null}'])(
    'is named where lsblk prints %j',
    async (stdout) => {
      expect(await refusal(collect([], { '--json': { code: stdout.includes('null}') ? 1 : 0, stdout } }))).toContain(
        'lsblk exited',
      );
    },
  );
  it('lists what lsblk shows although one device went away', async () => {
    const stdout = JSON.stringify({ blockdevices: [sda] });
    const found = await collect([], { '--json': { code: 32, stdout, stderr: 'lsblk: /dev/sdx: not a block device' } });
    expect(found.disks).toEqual(['/dev/sda']);
  });
  it('is read where old lsblk writes bytes that JSON does not know', async () => {
    const stdout = JSON.stringify({ blockdevices: [row('sda', { label: 'a@@20b' })] }).replace('@@', '\\x');
    expect((await collect([], { '--json': { stdout } })).facts.devices[0]?.label).toBe('a b');
  });

  const volume = row('mapper/vg-a', { type: 'lvm' });
  const withLvm = [row('sda', { children: [row('sda1', { type: 'part', children: [volume] })] })];
  const locked = { code: 5, stderr: '  Giving up waiting for lock.' };
  it('over volumes that nothing uses has them left out, and says the way out over others', async () => {
    const root = on(['sda', '/']);
    const { facts, leftOut } = await collect(withLvm, { '--reportformat': locked }, { mounts: root });
    expect([facts.lvm, leftOut[0]?.device]).toEqual([undefined, 'logical volumes']);
    const said = await refusal(collect(withLvm, { '--reportformat': locked }, { mounts: on(['mapper/vg-a', '/']) }));
    expect(said).toContain('say --exclude-disk /dev/sda');
  });
  it('reads what LVM tells although a group lacks a disk', async () => {
    const stdout = JSON.stringify({ report: [{ pv: [{ pv_name: '[unknown]', vg_name: 'vg' }] }] });
    const found = await collect(
      withLvm,
      { '--reportformat': { code: 5, stdout } },
      { mounts: on(['mapper/vg-a', '/']) },
    );
    expect(found.facts.lvm?.pvs).toEqual([{ pv_name: '[unknown]', vg_name: 'vg' }]);
  });
  it('over an array that nothing uses has it left out', async () => {
    const array = row('md0', { type: 'raid1' });
    const rows = [sda, row('sdb', { children: [array] })];
    const { facts, leftOut } = await collect(rows, { mdadm: { code: 1, stderr: 'mdadm: cannot open /dev/md0' } });
    expect([facts.md, leftOut[0]?.device]).toEqual([{}, '/dev/md0']);
  });
});

it.each([null, undefined, '0', 0, false, 'no', {}])('a flag of lsblk that is %j is no flag', async (rm) => {
  expect((await collect([{ ...sda, rm }])).disks).toEqual(['/dev/sda']);
});
it.each(['1', 1, true])('a flag of lsblk that is %j is one', async (rm) => {
  expect((await collect([sda, row('sdb', { rm })])).disks).toEqual(['/dev/sda']);
});
