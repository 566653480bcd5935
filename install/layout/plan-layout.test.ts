import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partName } from '../../common/model/layout.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import {
  MiB,
  GiB,
  disk,
  facts,
  plan,
  shape,
  refusal,
  root,
  simple,
  bios,
  uefi,
} from '../../test/helpers/layout-plan.ts';
import { planLayout } from './plan-layout.ts';
import { sfdiskScript } from './sfdisk-script.ts';

describe('what the firmware needs', () => {
  it('a BIOS boot partition comes first and takes the lowest free number', () => {
    expect(shape(plan(simple, bios(disk('vda', 4 * GiB))))).toEqual([
      ['/dev/sda3', '/dev/vda3', 1, 1, 'added'],
      ['/dev/sda1', '/dev/vda1', 2, 3581],
      ['/dev/sda2', '/dev/vda2', 3583, 512],
    ]);
  });

  it('an EFI system partition lies before the rest, with a filesystem and a mount', () => {
    const { target } = plan(simple, uefi(disk('nvme0n1', 4 * GiB, { sectorBytes: 4096 })));
    expect(shape({ target, say: '' })).toEqual([
      ['/dev/sda3', '/dev/nvme0n1p3', 1, 260, 'added'],
      ['/dev/sda1', '/dev/nvme0n1p1', 261, 3322],
      ['/dev/sda2', '/dev/nvme0n1p2', 3583, 512],
    ]);
    expect(target.filesystems.find((one) => one.type === 'vfat')).toMatchObject({ device: '/dev/sda3' });
    expect(target.mounts.at(-1)).toMatchObject({ node: '/dev/nvme0n1p3', dir: '/boot/efi', type: 'vfat' });
  });

  it('a dos table gives it a free primary number, or refuses', () => {
    const dos = (primaries: number) =>
      `[disk /dev/sda]\nlabel: dos\n1 : min=1GiB\n${[2, 3, 4]
        .slice(0, primaries - 1)
        .map((n) => `${n} : size=1MiB\n`)
        .join('')}${root}`;
    expect(shape(plan(dos(3), uefi(disk('vda', 4 * GiB))))[0]).toEqual(['/dev/sda4', '/dev/vda4', 1, 260, 'added']);
    expect(shape(plan(dos(1), bios(disk('vda', 4 * GiB))))).toEqual([['/dev/sda1', '/dev/vda1', 1, 4095]]);
    expect(() => plan(dos(4), uefi(disk('vda', 4 * GiB)))).toThrow(
      'needs one more partition, and the script uses all 4',
    );
  });

  it('nothing is added to a member of an array, whose type is that of an EFI system partition', () => {
    const member = (name: string) =>
      `[disk /dev/${name}]\nlabel: gpt\n1 : size=100MiB, type=uefi\n2 : min=1MiB, type=raid\n`;
    const arrays =
      '[raid /dev/md0]\nlevel=1 metadata=1.0 devices=/dev/sda1,/dev/sdb1\n[raid /dev/md1]\nlevel=1 devices=/dev/sda2,/dev/sdb2\n' +
      '[filesystems]\n/dev/md0 vfat\n/dev/md1 ext4\n[mounts]\n/dev/md1 / ext4\n/dev/md0 /boot/efi vfat\n';
    const { target } = plan(`${member('sda')}${member('sdb')}${arrays}`, uefi(disk('vda', GiB), disk('vdb', GiB)));
    expect(target.filesystems.map((one) => one.device)).toEqual(['/dev/md0', '/dev/md1']);
    expect(target.mounts.map((one) => one.dir)).toEqual(['/', '/boot/efi']);
  });

  it('nothing is added where the script has it', () => {
    const full =
      '[disk /dev/sda]\nlabel: gpt\n1 : size=1MiB, type="BIOS boot"\n2 : size=100MiB, type=uefi\n3 : min=1MiB\n';
    expect(shape(plan(full, bios(disk('vda', GiB)))).length).toBe(3);
    expect(plan(full, uefi(disk('vda', GiB))).target.mounts).toMatchObject([{ dir: '/boot/efi', device: '/dev/sda2' }]);
  });
});

it('a number above 128 gets a table with more entries, and leaves room for them', () => {
  const { target } = plan(simple.replace('2 :', '200 :'), bios(disk('vda', 4 * GiB)));
  const [name, planned] = Object.entries(target.disks)[0]!;
  const parts = Object.values(target.parts);
  expect(sfdiskScript(planned, parts)).toContain('unit: sectors\ntable-length: 256\n');
  expect(
    sfdiskScript(
      planned,
      parts.filter((part) => part.number < 129),
    ),
  ).not.toContain('table-length');
  const last = target.parts[`${name}200`]!;
  expect(last.startBytes + last.sizeBytes).toBeLessThanOrEqual(4 * GiB - 33 * 1024);
});

it('a wwn is found as the kernel and as lsblk write it', () => {
  const disks = [
    disk('vda', 2 * GiB, { wwn: 'naa.5000c500a1b2c3d4' }),
    disk('vdb', 2 * GiB, { wwn: 'eui.0025388b71b1c0de' }),
  ];
  for (const [wwn, node] of [
    ['0x5000C500A1B2C3D4', '/dev/vda'],
    ['naa.5000c500a1b2c3d4', '/dev/vda'],
    ['eui.0025388b71b1c0de', '/dev/vdb'],
  ]) {
    const { target } = plan(simple, bios(...disks), { options: { match: [`wwn=${wwn}`] } });
    expect(target.disks['/dev/sda']?.node).toBe(node);
  }
});

describe('fit', () => {
  const dump =
    '[disk /dev/sda]\nlabel: dos\nlabel-id: 0x12345678\nunit: sectors\n' +
    '/dev/sda1 : start=2048, size=204800, type=83, bootable\n/dev/sda2 : start=206848, size=1839104, type=5\n' +
    '/dev/sda5 : start=208896, size=409600, type=82\n/dev/sda6 : start=620544, size=1425408, min=204800, type=83\n';
  it('a dump stands as it is on a disk of the same size', () => {
    expect(shape(plan(dump, bios(disk('vda', 1000 * MiB))))).toEqual([
      ['/dev/sda1', '/dev/vda1', 1, 100],
      ['/dev/sda2', '/dev/vda2', 101, 898],
      ['/dev/sda5', '/dev/vda5', 102, 200],
      ['/dev/sda6', '/dev/vda6', 303, 696],
    ]);
  });
  it('so does one of old tools, though it begins at no MiB and fills its disk', () => {
    const table =
      'label: dos\n1 : start=63, size=208782\n2 : start=208845, size=208845, type=5\n5 : start=208908, size=208782\n';
    const here = disk('vda', 417690 * 512);
    const { parts } = plan(`[disk /dev/sda]\n${table}${root}`, bios(here)).target;
    expect(Object.values(parts).map((part) => [part.startBytes / 512, part.sizeBytes / 512])).toEqual([
      [63, 208782],
      [208845, 208845],
      [208908, 208782],
    ]);
    const debian = '1 : start=2048, size=20480\n2 : start=24574, size=20482, type=5\n5 : start=24576, size=20480\n';
    const placed = plan(
      `[disk /dev/sda]\nlabel: dos\n${debian}${root.replace('sda1', 'sda5')}`,
      bios(disk('vda', GiB)),
    );
    expect(placed.target.parts['/dev/sda2']?.startBytes).toBe(24574 * 512);
  });

  it('logical partitions shrink inside of their extended one, with a MiB for each boot record', () => {
    expect(shape(plan(dump, bios(disk('vda', 500 * MiB))))).toEqual([
      ['/dev/sda1', '/dev/vda1', 1, 100],
      ['/dev/sda2', '/dev/vda2', 101, 399],
      ['/dev/sda5', '/dev/vda5', 102, 200],
      ['/dev/sda6', '/dev/vda6', 303, 197],
    ]);
  });
  it('an extended partition without size grows with the logical one that takes the rest', () => {
    const text = '[disk /dev/sda]\nlabel: dos\n1 : size=10MiB\n2 : type=extended\n5 : size=20MiB\n6 : min=1MiB\n';
    expect(shape(plan(text, bios(disk('vda', 100 * MiB))))).toEqual([
      ['/dev/sda1', '/dev/vda1', 1, 10],
      ['/dev/sda2', '/dev/vda2', 11, 89],
      ['/dev/sda5', '/dev/vda5', 12, 20],
      ['/dev/sda6', '/dev/vda6', 33, 67],
    ]);
  });
  it('a dos table ends at 2 TiB', () => {
    const [only] = shape(plan('[disk /dev/sda]\nlabel: dos\n1 : min=1MiB\n', bios(disk('vda', 4096 * GiB))));
    expect(only).toEqual(['/dev/sda1', '/dev/vda1', 1, 2 * 1024 * 1024 - 2]);
  });
  it('a disk that is too small is refused with a table', () => {
    expect(() => plan(simple, bios(disk('vda', GiB)))).toThrow(/does not fit on \/dev\/vda.*\n.*\/dev\/sda3: 1 MiB/);
  });
  it('the image has to fit as well', () => {
    const image = {
      name: 'web',
      bytes: 2 * GiB,
      inodes: 1000,
      mounts: [{ dir: '/', bytes: 2 * GiB, inodes: 1000 }],
      splitLinks: [],
    };
    expect(() => plan(simple, bios(disk('vda', 2 * GiB)), { image })).toThrow('(web below /)');
    const sized = simple.replace('min=1GiB', 'size=1GiB');
    expect(() => plan(sized, bios(disk('vda', 8 * GiB)), { image })).toThrow(
      '/dev/sda1 is 1 GiB in the script, and web below / needs',
    );
    expect(plan(simple, bios(disk('vda', 8 * GiB)), { image }).say).toContain('image web: 2 GiB');
  });
});

describe('which disk', () => {
  const two = disk('vdb', 8 * GiB);
  it.each([
    [[disk('vda', 8 * GiB), two], 'the script names 1 disk'],
    [[disk('sda', 8 * GiB, { origin: { kind: 'removable', why: 'removable' } })], 'the script needs 1 more disk'],
    [
      [disk('sda', 8 * GiB, { bus: 'usb', origin: { kind: 'removable', why: 'on USB' } })],
      '[disk /dev/sda --match serial=S-sda]',
    ],
    [[], 'no disk was found'],
  ] as [DiskFacts[], string][])('stops with the table: %#', (disks, text) => {
    expect(refusal(() => plan(simple, bios(...disks)))).toContain(text);
  });
  const lun = disk('sda', 8 * GiB, { origin: { kind: 'borrowed', why: 'a LUN by iSCSI' } });
  const way = (name: string) => disk(name, 8 * GiB, { wwn: 'naa.5000c500a1b2c3d4', serial: 'S-lun' });
  it.each([
    ['a LUN that other machines may hold', [lun]],
    ['a disk with a reservation', [{ ...lun, origin: { kind: 'own' as const }, reserved: true }]],
    ['two ways to one disk', [way('sda'), way('sdb')]],
  ])('is never %s, unless it is named', (_, disks) => {
    expect(refusal(() => plan(simple, bios(...disks)))).toContain('the script needs 1 more disk');
    expect(plan(simple, bios(...disks, two)).target.disks['/dev/sda']?.node).toBe('/dev/vdb');
    const named = plan(simple, bios(...disks, two), { options: { disks: 'sda' } });
    expect(named.target.disks['/dev/sda']?.node).toBe('/dev/sda');
  });
  it('is not one disk by its two ways', () => {
    const pair = '[disk /dev/sda]\nlabel: gpt\n1 : min=1GiB\n[disk /dev/sdb]\nlabel: gpt\n1 : min=1GiB\n' + root;
    const options = { disks: '/dev/sda=sda /dev/sdb=sdb' };
    expect(refusal(() => plan(pair, bios(way('sda'), way('sdb')), { options }))).toContain('/dev/sdb is chosen twice');
  });
  it('warns of the LUN that it shows', () => {
    expect(refusal(() => plan(simple, bios(lun)))).toContain('once no other machine uses the disk');
  });
  it.each([
    [{ match: ['serial=S-vdb'] }],
    [{ match: ['/dev/sda:size=8GiB,serial=S-vdb'] }],
    [{ disks: 'vdb' }],
    [{ disks: 'serial=S-vdb' }],
    [{ disks: '/dev/sda=serial=S-vdb' }],
    [{ disks: '/dev/sda=vdb' }],
    [{ protect: 'S-vda' }],
  ])('%j decides', (options) => {
    expect(plan(simple, bios(disk('vda', 8 * GiB), two), { options }).target.disks['/dev/sda']?.node).toBe('/dev/vdb');
  });
  it('a protected disk is not taken even when it is named', () => {
    expect(() => plan(simple, bios(two), { options: { disks: 'vdb', protect: 'S-vdb' } })).toThrow(
      'and no disk of this machine is',
    );
  });
  it('as many disks as the script names are taken by order of path', () => {
    const text = `${simple}[disk /dev/sdb]\nlabel: gpt\n1 : size=1GiB\n`;
    const { disks } = plan(text, bios(disk('vda', 8 * GiB), two)).target;
    expect([disks['/dev/sda']?.node, disks['/dev/sdb']?.node]).toEqual(['/dev/vda', '/dev/vdb']);
  });
});

it('draws the same for the same seed, and keeps what was drawn for the same layout', () => {
  const machine = bios(disk('vda', 4 * GiB));
  const once = plan(simple, machine).target;
  expect(plan(simple, machine).target).toEqual(once);
  const other = facts(simple, machine, { seed: new Uint8Array(32).fill(1) });
  expect(planLayout(other).target.parts).not.toEqual(once.parts);
  expect(planLayout(other, once).target).toEqual(once);
  expect(once.filesystems[0]?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

it('partitions never overlap, whatever the disk', () => {
  const part = fc.record({ size: fc.integer({ min: 1, max: 4000 }), min: fc.integer({ min: 0, max: 1000 }) });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 9 }),
      fc.constantFrom('gpt', 'dos'),
      fc.constantFrom(512, 4096),
      fc.integer({ min: 10, max: 40_000 }),
      fc.constantFrom('bios' as const, 'uefi' as const),
      (parts, label, sectorBytes, sizeMiB, firmware) => {
        const number = (at: number) => (label === 'dos' && at >= 2 ? at + 3 : at + 1);
        const lines = parts.map(
          ({ size, min }, at) => `${number(at)} : size=${size}MiB, min=${Math.min(size, min)}MiB`,
        );
        if (label === 'dos' && parts.length > 2) lines.splice(2, 0, '3 : type=extended');
        const text = `[disk /dev/sda]\nlabel: ${label}\n${lines.join('\n')}\n`;
        const here = disk('vda', sizeMiB * MiB, { sectorBytes });
        const lack = refusal(() => plan(text, { firmware, disks: [here] }));
        expect(lack).toMatch(/^$|does not fit/);
        fc.pre(lack === '');
        const placed = plan(text, { firmware, disks: [here] }).target;
        const all = Object.values(placed.parts);
        const extended = all.find((one) => one.type === '05');
        const tops = all.filter((one) => label === 'gpt' || one.number <= 4);
        const inside = all.filter((one) => !tops.includes(one));
        const tailBytes = label === 'gpt' ? 16384 + sectorBytes : 0;
        const apart = (some: typeof all, from: number, to: number, gap: number) => {
          let end = from;
          for (const one of some.toSorted((a, b) => a.startBytes - b.startBytes)) {
            expect(one.startBytes % MiB).toBe(0);
            expect(one.startBytes).toBeGreaterThanOrEqual(end + gap);
            end = one.startBytes + one.sizeBytes;
          }
          expect(end).toBeLessThanOrEqual(to);
        };
        apart(tops, MiB, here.bytes - tailBytes, 0);
        if (extended) apart(inside, extended.startBytes, extended.startBytes + extended.sizeBytes, MiB);
        for (const [at, one] of parts.entries()) {
          const size = (placed.parts[partName('/dev/sda', number(at))]?.sizeBytes ?? 0) / MiB;
          expect(size).toBeGreaterThanOrEqual(Math.min(one.size, one.min));
          expect(size).toBeLessThanOrEqual(one.size);
        }
      },
    ),
  );
});
