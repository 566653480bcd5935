import { describe, expect, it } from 'vitest';
import { manualLayout } from '../../../test/helpers/manual-layout.ts';
import { parseLayout } from './parse.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

describe('parseLayout', () => {
  it('reads the example of the manual', () => {
    const layout = parseLayout(manualLayout);
    expect(layout.disks[0]?.parts.map((part) => [part.number, part.sizeBytes, part.minBytes])).toEqual([
      [1, MiB, undefined],
      [2, 512 * MiB, undefined],
      [3, 20 * GiB, 3 * GiB],
      [4, 2 * GiB, 0],
      [5, undefined, GiB],
    ]);
    expect(layout.disks[0]?.parts[0]?.type).toBe('21686148-6449-6E6F-744E-656564454649');
    expect(layout.filesystems[1]).toMatchObject({ label: 'my  root', options: { features: 'none,extent' } });
    expect(layout.filesystems[3]?.subvolumes).toEqual(['@', '@home']);
    expect(layout.mounts.map((mount) => [mount.dir, mount.device])).toEqual([
      ['/', '/dev/sda3'],
      ['/boot/efi', '/dev/sda2'],
      ['none', '/dev/sda4'],
      ['/srv/a b', '/dev/sda5'],
      ['/tmp', undefined],
      ['/media/cd', undefined],
    ]);
  });

  it('reads a dump of sfdisk(8) in sectors of 4096 bytes', () => {
    const [disk] = parseLayout(
      '[disk /dev/nvme0n1]\nlabel: gpt\nlabel-id: 64b055bc-f218-5f41-b576-832c96d5d74a\ndevice: /dev/nvme0n1\nunit: sectors\n' +
        'first-lba: 256\nlast-lba: 204766\nsector-size: 4096\n\n' +
        '/dev/nvme0n1p1 : start=         256, size=       51200, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, ' +
        'uuid=F37B53A7-3327-344A-8500-AF0D4D292F34, name="a\\x22b \\xc3\\xa4", attrs="RequiredPartition GUID:63"\n',
    ).disks;
    expect(disk?.parts[0]).toMatchObject({
      startBytes: MiB,
      sizeBytes: 200 * MiB,
      name: 'a"b ä',
      attrs: 'RequiredPartition GUID:63',
    });
  });

  it('reads a dump of an old sfdisk(8), which knew no other labels than dos', () => {
    const [disk] = parseLayout(
      '[disk /dev/sda]\n# partition table of /dev/sda\nunit: sectors\n\n' +
        '/dev/sda1 : start=     2048, size=  1024000, Id=83, bootable\n/dev/sda2 : start=  1026048, size=  1024000, Id= 5\n' +
        '/dev/sda3 : start=        0, size=        0, Id= 0\n/dev/sda4 : start=        0, size=        0, Id= 0\n' +
        '/dev/sda5 : start=  1028096, size=  1000000, Id=82\n',
    ).disks;
    expect(disk?.label).toBe('dos');
    expect(disk?.parts.map((part) => [part.number, part.type, part.bootable])).toEqual([
      [1, '83', true],
      [2, '05', false],
      [5, '82', false],
    ]);
  });

  const disk = '[disk /dev/sda]\nlabel: gpt\n1 : size=1GiB\n';
  it.each([
    ['', 'line 1: there is no [disk NAME] section'],
    ['x\n', 'line 1: stands before the first section'],
    ['[disk sda]\n', 'line 1: [disk sda] needs a name such as /dev/sda'],
    ['[disk /dev/sda]\n1 : size=1\n', 'line 1: /dev/sda needs label: gpt or label: dos'],
    ['[disk /dev/sda]\nlabel: bsd\n', 'line 2: /dev/sda needs label: gpt or label: dos'],
    ['[disk /dev/sda --match colour=red]\n', 'line 1: colour= is not serial='],
    [`${disk}Units: 1MiB = 1048576 bytes\n`, 'line 4: Units: 1MiB = 1048576 bytes is not known'],
    [
      `${disk}Units = megabytes of 1048576 bytes, counting from 0\n`,
      'line 4: is a Units line in a form that is not known',
    ],
    [`${disk}[swapfiles]\n/swap.img 2GiB\n`, 'line 5: a swap file is: PATH size=2GiB'],
    [`${disk}[swapfiles]\n/a/../b size=2GiB\n`, 'line 5: /a/../b is no absolute path of a file'],
    [`${disk}[swapfiles]\n/dev/sda1 size=2GiB\n`, 'line 5: /dev/sda1 is no absolute path of a file'],
    [`${disk}[swapfiles]\n/s size=64KiB\n`, 'line 5: /s: a swap file has at least 640KiB'],
    [`${disk}[swapfiles]\n/s size=1MiB\n/s size=1MiB\n`, 'line 6: the swap file /s is given twice'],
    [`${disk}unit: cylinders\n`, 'line 4: unit: cylinders is not known'],
    [`${disk}sector-size: 520\n`, 'line 4: sector-size: 520 is neither 512 nor 4096'],
    [`${disk},512M,L\n`, 'line 4: ",512M,L" is neither'],
    [`${disk}1 : size=1GiB\n`, 'line 4: partition 1 is given twice'],
    [`${disk}2 : size=1XiB\n`, 'line 4: size=1XiB is neither sectors nor a size'],
    [`${disk}2 : size=1GiB, min=2GiB\n`, 'line 4: partition 2: min is more than size'],
    [`${disk}2 : size=1GiB, type=lunix\n`, 'line 4: type=lunix is not known for label: gpt'],
    [`${disk}2 : size=1GiB, name="a\n`, 'line 4: cannot read'],
    [`${disk}2 : size=1GiB, name="${'ä'.repeat(37)}"\n`, 'line 4: partition 2: a name has at most 36 characters'],
    [`${disk}256 : size=1GiB\n`, 'line 4: partition 256: numbers go from 1 to 255'],
    [
      '[disk /dev/sda]\n/dev/sda1 : start=1, size=99, Id=ee\n',
      'line 2: type EE stands for a whole gpt, which an old sfdisk(8)',
    ],
    [`${disk}2 : size=1GiB, colour=red\n`, 'line 4: colour= is none of'],
    [`${disk}2 : type=linux\n3 : type=linux\n`, 'line 5: partitions 2 and 3 both take the rest'],
    [`${disk}/dev/sdb2 : size=1\n`, 'line 4: /dev/sdb2 is not a partition of /dev/sda'],
    [`${disk}[filesystems]\n/dev/sda2 ext4\n`, 'line 5: /dev/sda2 is not in this layout'],
    [`${disk}[filesystems]\n/dev/sda1 ext4\n/dev/sda1 xfs\n`, 'line 6: /dev/sda1 is used by'],
    [`${disk}[filesystems]\n/dev/sda1 ext4 label="a\n`, 'line 5: cannot read'],
    [`${disk}[mounts]\nLABEL=x / ext4\n`, 'line 5: no line of [filesystems] makes LABEL=x'],
    [`${disk}[mounts]\n/dev/sda1 /\n`, 'line 5: a line of fstab(5) is'],
    [
      `${disk}[filesystems]\n/dev/sda1 xfs\n[mounts]\n/dev/sda1 / ext4\n`,
      'line 7: /dev/sda1 is xfs in [filesystems], and ext4 here',
    ],
    ['[disk /dev/sda]\nlabel: dos\n5 : size=1GiB\n', 'line 3: partition 5 is logical and needs an extended one'],
    [
      '[disk /dev/sda]\nlabel: dos\n1 : type=extended\n5 : size=1\n7 : size=1\n',
      'line 5: logical partitions are numbered',
    ],
    ['[disk /dev/sda]\nlabel: dos\n1 : size=1, name=a\n', 'line 3: partition 1: name, uuid and attrs need label: gpt'],
    [
      `${disk}[raid /dev/md0]\nlevel=5 devices=/dev/sda1\n`,
      'line 4: /dev/md0: level 5 needs at least 3 devices, not 1',
    ],
    ...(
      [
        ['level=4', 'needs level=, one of 0, 1, 5, 6, 10, linear'],
        ['level=1 chunk=64KiB', 'level 1 has no chunk='],
        ['level=0 chunk=100KiB', 'chunk= is a power of two'],
        ['level=linear spares=/dev/sda3', 'level linear has no use for spares='],
        ['level=5 layout=n2', 'level 5 needs at least 3 devices, not 2'],
        ['level=1 layout=n2', 'layout= is known for level 10 only'],
        ['level=10 layout=n3', 'layout=n3 is no n, f or o with copies for 2 devices'],
        ['level=1 metadata=2', 'metadata=2 is none of'],
        ['level=1 colour=red', 'colour is none of level=, devices=, spares='],
      ] as const
    ).map(([keys, message]) => [`${disk}[raid /dev/md0]\ndevices=/dev/sda1,/dev/sda2 ${keys}\n`, message]),
    [`${disk}2 : keep\n[lvm vg]\npv=/dev/sda2\n`, 'line 5: /dev/sda2 is to be kept, and making vg on it would destroy'],
    [`${disk}2 : keep\n[raid /dev/md0]\nlevel=1 devices=/dev/sda2\n`, 'line 5: /dev/sda2 is to be kept'],
    [
      '[disk /dev/sda]\nlabel: gpt\n1 : start=2048, size=2048\n2 : start=4095, size=1\n',
      'line 4: partitions 1 and 2 overlap',
    ],
    [
      '[disk /dev/sda]\nlabel: dos\n1 : start=2048, size=2048, type=5\n5 : start=4000, size=97\n',
      'line 4: partition 5 does not lie in the extended one, 1',
    ],
    [
      '[disk /dev/sda]\nlabel: dos\n1 : start=2048, size=2048, type=5\n2 : start=4095, size=97\n',
      'line 4: partition 2 overlaps the extended one, 1',
    ],
    [
      `${disk}2 : size=1\n[filesystems]\n/dev/sda1 vfat uuid=AAAA-BBBB\n/dev/sda2 vfat uuid=aaaa-bbbb\n`,
      'line 7: vfat uuid=aaaa-bbbb is that of another line already',
    ],
    [
      `${disk}2 : size=1\n[filesystems]\n/dev/sda1 ext4 label=a\n/dev/sda2 ext4 label=a\n[mounts]\nLABEL=a / ext4\n`,
      'line 9: LABEL=a may mean several filesystems',
    ],
    [
      '[disk /dev/sda]\nlabel: dos\nlabel-id: 0x1234abcd\n[disk /dev/sdb]\nlabel: dos\nlabel-id: 0x1234ABCD\n',
      'line 4: label-id: 0x1234abcd is that of another line already',
    ],
    [
      `${disk}[filesystems]\n/dev/sda1 btrfs\n[mounts]\n/dev/sda1 / btrfs subvolid=257\n`,
      "line 7: subvolid=257 is the number of another machine's subvolume",
    ],
    [`${disk}[lvm vg]\nroot size=1GiB\n`, 'line 4: vg needs a line pv='],
    [`${disk}[colour red]\n`, 'line 4: [colour red] is none of'],
  ])('refuses %j', (text, message) => {
    expect(() => parseLayout(text)).toThrow(message);
  });

  it('takes lines that need no filesystem of the layout as they are, also twice for one directory', () => {
    const lines = [
      '/dev/sr0 /cd auto noauto',
      '/dev/sr1 /cd auto noauto',
      '/dev/zram0 none swap',
      'UUID=9 /d xfs _netdev',
    ];
    const { mounts } = parseLayout(`${disk}[mounts]\n${lines.join('\n')}\n`);
    expect(mounts.map((mount) => mount.device)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('finds a filesystem by any name that udev gives it', () => {
    const uuid = '44cca477-12fc-4a02-8a91-4ac7b6ae1ba8';
    const table = `[disk /dev/sda]\nlabel: gpt\n1 : size=1GiB, name="my root", uuid=${uuid}\n[filesystems]\n/dev/sda1 ext4 uuid=${uuid} label=a/b\n[mounts]\n`;
    for (const name of ['by-uuid/' + uuid, 'by-label/a\\x2fb', 'by-partlabel/my\\x20root', 'by-partuuid/' + uuid])
      expect(parseLayout(`${table}/dev/disk/${name.replaceAll('\\', '\\134')} / ext4\n`).mounts[0]?.device).toBe(
        '/dev/sda1',
      );
  });

  it('tells everything that is wrong at once', () => {
    expect(() => parseLayout(`${disk}2 : size=x\n[mounts]\nLABEL=x / ext4\n`)).toThrow(/line 4: .*\n.*line 6: /);
  });
});
