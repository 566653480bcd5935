import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { emptyState, type State } from '../../common/model/state.ts';
import { printSteps } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { probeGroups } from './foreign-groups.ts';
import { planLayout } from './plan-layout.ts';
import { planMount } from '../target/plan-mount.ts';
import { type PartitionFacts, planPartition } from './plan-partition.ts';

const GiB = 1024 ** 3;
const noUse = { mounts: [], swaps: [], holders: [] };
const disk = (name: string, more: Partial<DiskFacts> = {}): DiskFacts => ({
  node: `/dev/${name}`,
  devno: '254:0',
  bytes: 4 * GiB,
  sectorBytes: 4096,
  optimalIoBytes: 0,
  origin: { kind: 'own' },
  readOnly: false,
  path: `/sys/devices/${name}`,
  serial: '',
  wwn: '',
  model: '',
  bus: 'virtio',
  parts: [],
  ...more,
});
const stateOf = (text: string, ...disks: DiskFacts[]): State => ({
  ...emptyState,
  ...planLayout({
    layout: parseLayout(text),
    machine: { firmware: 'bios', disks },
    options: {},
    image: undefined,
    seed: new Uint8Array(32),
    kept: {},
  }).target,
});
/** The command lines of steps, without the reasons and without waiting. */
const commands = (steps: Parameters<typeof printSteps>[0]) =>
  printSteps(steps)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) =>
      /^([A-Z_]+=\S+ )*(wipefs|sfdisk|blockdev|mdadm|dmsetup|lvm|mkdir|mount|swapon|\d+ : )/.test(line),
    );

const simple = `[disk /dev/sda]
label: dos
label-id: 0x12345678
1 : size=1GiB, bootable
2 : size=100MiB, type=swap
[filesystems]
/dev/sda1 ext4
/dev/sda2 swap
[mounts]
/dev/sda1 / ext4 ro,noauto,errors=remount-ro 0 1
/dev/sda2 none swap sw 0 0
tmpfs /tmp tmpfs defaults
`;
const here = disk('nvme0n1', { parts: [{ number: 3, node: '/dev/nvme0n1p3', startBytes: 4096, sizeBytes: 4096 }] });

it('partition wipes, writes absolute sectors of this disk, and wipes what new partitions lie on', () => {
  const steps = planPartition({ disks: { '/dev/sda': { disk: here, use: noUse } } }, stateOf(simple, here));
  expect(commands(steps)).toEqual([
    'wipefs --all --force /dev/nvme0n1p3 /dev/nvme0n1',
    "sfdisk --quiet --no-reread --wipe always --wipe-partitions never /dev/nvme0n1 <<'END'",
    '1 : start=256, size=262144, type=83, bootable',
    '2 : start=262400, size=25600, type=82',
    'blockdev --rereadpt /dev/nvme0n1',
    'wipefs --all --force /dev/nvme0n1p1 /dev/nvme0n1p2',
  ]);
  expect(steps.flatMap((step) => (step.kind === 'run' ? (step.destroys ?? []) : [])).map((one) => one.node)).toContain(
    '/dev/nvme0n1',
  );
});

const mounted = {
  devno: '259:1',
  root: '/',
  dir: '/mnt',
  type: 'ext4',
  options: '',
  source: '/dev/nvme0n1p1',
} as const;
it.each([
  [{ disk: undefined, use: noUse }, 'is gone'],
  [{ disk: { ...here, bytes: GiB }, use: noUse }, 'is another disk than the one that was chosen'],
  [{ disk: here, use: { ...noUse, mounts: [mounted] } }, 'is in use: /dev/nvme0n1p1 is mounted on /mnt'],
  [{ disk: here, use: { ...noUse, swaps: ['/dev/nvme0n1p3'] } }, 'is an active swap area'],
] as [PartitionFacts['disks'][string], string][])('partition refuses a disk that is not free: %#', (facts, message) => {
  expect(() => planPartition({ disks: { '/dev/sda': facts } }, stateOf(simple, here))).toThrow(message);
});

it('partition needs a layout', () => {
  expect(() => planPartition({ disks: {} }, emptyState)).toThrow('no layout is known');
});

const raid = `[disk /dev/sda]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : min=1GiB, type=raid
[disk /dev/sdb]
label: gpt
1 : size=1MiB, type="BIOS boot"
2 : min=1GiB, type=raid
[raid /dev/md0]
level=1 devices=/dev/sda2,/dev/sdb2
uuid=00000000:11111111:22222222:33333333
[lvm vg0]
pv=/dev/md0
root size=2GiB min=1GiB
srv min=100MiB
[filesystems]
/dev/vg0/root ext4
/dev/mapper/vg0-srv xfs
[mounts]
/dev/vg0/root / ext4
/dev/vg0/srv /srv xfs
`;
it('makes arrays and volumes on the partitions; members shrink together', () => {
  const disks = [disk('vda'), disk('vdb', { bytes: 3 * GiB })];
  const state = stateOf(raid, ...disks);
  expect(state.parts['/dev/sda2']?.sizeBytes).toBe(state.parts['/dev/sdb2']?.sizeBytes);
  const facts = { disks: { '/dev/sda': { disk: disks[0], use: noUse }, '/dev/sdb': { disk: disks[1], use: noUse } } };
  const env = 'MDADM_NO_UDEV=1 DM_DISABLE_UDEV=1';
  expect(commands(planPartition(facts, state)).filter((line) => line.startsWith(env))).toEqual([
    `${env} mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --bitmap=internal --metadata=1.2 --homehost=any --data-offset=2048K --uuid=00000000:11111111:22222222:33333333 /dev/vda2 /dev/vdb2`,
    `${env} lvm pvcreate -ff --yes --dataalignment 1048576b /dev/md0`,
    `${env} lvm vgcreate --physicalextentsize 4194304b vg0 /dev/md0`,
    `${env} lvm lvcreate --yes --wipesignatures y --extents 512 --name root vg0`,
    `${env} lvm lvcreate --yes --wipesignatures y --extents 254 --name srv vg0`,
  ]);
  expect(commands(planMount({ mounts: [], swaps: [] }, state, '/a'))).toEqual([
    'mkdir -p /a',
    'mount -t ext4 /dev/mapper/vg0-root /a',
    'mkdir -p /a/srv',
    'mount -t xfs /dev/mapper/vg0-srv /a/srv',
  ]);
});

const member = (name: string) =>
  `[disk /dev/${name}]\nlabel: gpt\n1 : size=1MiB, type="BIOS boot"\n2 : min=1GiB, type=raid\n`;
const rest = '[filesystems]\n/dev/md0 ext4\n[mounts]\n/dev/md0 / ext4\n';
it.each([
  [0, '', 4, '--raid-devices=4 --chunk=512 --metadata=1.2', 4],
  [1, 'metadata=1.0', 2, '--raid-devices=2 --bitmap=internal --metadata=1.0', 1],
  [1, 'metadata=0.90', 2, '--raid-devices=2 --bitmap=internal --metadata=0.90', 1],
  [5, 'chunk=64KiB', 3, '--raid-devices=3 --chunk=64 --bitmap=internal --metadata=1.2', 2],
  [6, '', 4, '--raid-devices=4 --chunk=512 --bitmap=internal --metadata=1.2', 2],
  [10, 'layout=f2', 4, '--raid-devices=4 --chunk=512 --layout=f2 --bitmap=internal --metadata=1.2', 2],
  [10, '', 3, '--raid-devices=3 --chunk=512 --bitmap=internal --metadata=1.2', 1.5],
  ['linear', '', 2, '--raid-devices=2 --metadata=1.2', 2],
] as const)('makes level %s (%s) of %i members', (level, more, count, argv, worth) => {
  const names = ['vda', 'vdb', 'vdc', 'vdd'].slice(0, count);
  const disks = names.map((name) => disk(name));
  const scripted = names.map((name) => name.replace('v', 's'));
  const wish = `[raid /dev/md0]\nlevel=${level} devices=${scripted.map((name) => `/dev/${name}2`).join(',')} ${more}\n`;
  const state = stateOf(`${scripted.map(member).join('')}${wish}${rest}`, ...disks);
  const facts = Object.fromEntries(disks.map((one, at) => [`/dev/${scripted[at]}`, { disk: one, use: noUse }]));
  const [create = ''] = commands(planPartition({ disks: facts }, state)).filter((line) => line.includes('mdadm'));
  const tail = [
    ...(more === 'metadata=0.90' ? [] : ['--homehost=any']),
    ...(more.startsWith('meta') ? [] : ['--data-offset=2048K']),
  ];
  expect(create.split(`--level=${level} `)[1]).toBe(
    [argv, ...tail, `--uuid=${state.volumes['/dev/md0']?.uuid}`, ...names.map((name) => `/dev/${name}2`)].join(' '),
  );
  const share = (state.volumes['/dev/md0']?.sizeBytes ?? 0) / (state.parts['/dev/sda2']?.sizeBytes ?? 1);
  expect(share).toBeLessThanOrEqual(worth);
  expect(share).toBeGreaterThan(worth * 0.99);
});

it('keeps a spare out of the array, and as large as a member', () => {
  const disks = ['vda', 'vdb', 'vdc'].map((name, at) => disk(name, { bytes: (4 - at) * GiB }));
  const wish = '[raid /dev/md0]\nlevel=1 devices=/dev/sda2,/dev/sdb2 spares=/dev/sdc2\n';
  const state = stateOf(`${['sda', 'sdb', 'sdc'].map(member).join('')}${wish}${rest}`, ...disks);
  expect(new Set(['a', 'b', 'c'].map((one) => state.parts[`/dev/sd${one}2`]?.sizeBytes)).size).toBe(1);
  const facts = Object.fromEntries(disks.map((one, at) => [`/dev/sd${'abc'[at]}`, { disk: one, use: noUse }]));
  expect(commands(planPartition({ disks: facts }, state)).join('\n')).toMatch(
    /--raid-devices=2 --spare-devices=1 .* \/dev\/vda2 \/dev\/vdb2 \/dev\/vdc2$/m,
  );
});

it('stops arrays and volumes that stand on the disk', () => {
  const use = {
    ...noUse,
    holders: [
      { name: 'dm-0', kind: 'dm' as const, dmName: 'vg-a' },
      { name: 'md0', kind: 'md' as const, dmName: '' },
    ],
  };
  const steps = planPartition({ disks: { '/dev/sda': { disk: here, use } } }, stateOf(simple, here));
  const two = { disk: { ...here, node: '/dev/vdb' as const }, use };
  const both = planPartition({ disks: { '/dev/sda': { disk: here, use }, '/dev/sdb': two } }, stateOf(simple, here));
  expect(commands(both).filter((line) => line.includes('mdadm')).length).toBe(1);
  expect(commands(steps).slice(0, 2)).toEqual([
    'MDADM_NO_UDEV=1 DM_DISABLE_UDEV=1 dmsetup remove --retry vg-a',
    'MDADM_NO_UDEV=1 DM_DISABLE_UDEV=1 mdadm --stop /dev/md0',
  ]);
});

it('forgets the links of an old group of the same name, which no udev takes away', () => {
  const disks = [disk('vda'), disk('vdb')];
  const use = { ...noUse, holders: [{ name: 'dm-0', kind: 'dm' as const, dmName: 'vg0-root' }] };
  const facts = { disks: { '/dev/sda': { disk: disks[0], use }, '/dev/sdb': { disk: disks[1], use: noUse } } };
  expect(printSteps(planPartition(facts, stateOf(raid, ...disks)))).toContain('rm -rf /dev/vg0\n');
});

it('refuses a volume group whose name another disk has, before anything is written', async () => {
  const disks = [
    disk('vda', { parts: here.parts.map((part) => ({ ...part, node: '/dev/vda3' as const })) }),
    disk('vdb'),
  ];
  const state = stateOf(raid, ...disks);
  const md = { name: 'md7', kind: 'md' as const, dmName: '' };
  const mapped = {
    '/dev/sda': { disk: disks[0], use: { ...noUse, holders: [md] } },
    '/dev/sdb': { disk: disks[1], use: noUse },
  };
  const stdout = '  |/dev/vdz1\n  other|/dev/vdz2\n  vg0|/dev/vda3\n  vg0|/dev/md7\n';
  const found = (text: string) => probeGroups(recorderIo({ answer: () => ({ stdout: text }) }).io, state);
  const planned = async (text: string) => planPartition({ disks: mapped, groups: await found(text) }, state);
  expect((await planned(stdout)).length).toBeGreaterThan(0);
  await expect(planned(`${stdout}  vg0|/dev/vdz3\n`)).rejects.toThrow('a volume group vg0 on /dev/vdz3');
  expect(await probeGroups(recorderIo({}).io, emptyState)).toEqual([]);
});

it('refuses a volume group across sectors of different sizes before anything is written', () => {
  const text = raid.replace('pv=/dev/md0', 'pv=/dev/sda2,/dev/sdb2').replace(/\[raid[^[]*/, '');
  const disks = [disk('vda'), disk('vdb', { sectorBytes: 512 })];
  expect(() => stateOf(text, ...disks)).toThrow('would span disks with sectors of 4096 and 512 bytes');
});

it('mount takes shallow directories first, and what is there already stays', () => {
  const text = `${simple}/dev/sda3 /var/x xfs\n`
    .replace('[mounts]', '/dev/sda3 xfs\n[mounts]')
    .replace('2 : ', '3 : size=1GiB\n2 : ');
  const state = stateOf(text, here);
  expect(commands(planMount({ mounts: [], swaps: [] }, state, '/a'))).toEqual([
    'swapon /dev/nvme0n1p2',
    'mkdir -p /a',
    'mount -t ext4 /dev/nvme0n1p1 /a',
    'mkdir -p /a/var/x',
    'mount -t xfs /dev/nvme0n1p3 /a/var/x',
  ]);
  const root = { devno: '', root: '/', dir: '/a', type: 'ext4', options: '', source: '/dev/nvme0n1p1' } as const;
  expect(commands(planMount({ mounts: [root], swaps: ['/dev/nvme0n1p2'] }, state, '/a'))).not.toContain(
    'mount -t ext4 /dev/nvme0n1p1 /a',
  );
  expect(() => planMount({ mounts: [{ ...root, source: '/dev/sdz1' }], swaps: [] }, state, '/a')).toThrow(
    '/dev/sdz1 is mounted on /a',
  );
});
