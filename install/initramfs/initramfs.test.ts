import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { virtioDisk } from '../../test/helpers/virtio-disk.ts';
import { unifiedImage } from '../../test/helpers/unified-image.ts';
import { planInitramfs, probeInitramfs } from './check.ts';
import { CpioNames } from './cpio-names.ts';
import { matches } from './kernel-modules.ts';
import { readInitramfs } from './read-initramfs.ts';

describe('readInitramfs', () => {
  const early = cpio(['kernel/x86/microcode/GenuineIntel.bin']);
  const main = cpio(['init', 'usr/lib/modules/6/kernel/fs/ext4/ext4.ko.xz', 'lib/ü.ko']);
  const names = ['init', 'usr/lib/modules/6/kernel/fs/ext4/ext4.ko.xz', 'lib/ü.ko'];
  it.each([
    ['plain', main, names],
    ['gzip', gzipSync(main), names],
    ['zstd', zstdCompressSync(main), names],
    [
      'microcode before gzip',
      Buffer.concat([early, gzipSync(main)]),
      ['kernel/x86/microcode/GenuineIntel.bin', ...names],
    ],
    ['two plain archives', Buffer.concat([early, main]), ['kernel/x86/microcode/GenuineIntel.bin', ...names]],
  ])('%s', async (_, data, expected) => {
    expect(await readInitramfs(data)).toEqual({ names: expected, texts: {} });
  });

  it('says by what it is packed where it cannot read it, and when it is cut short', async () => {
    expect((await readInitramfs(Buffer.from('fd377a585a0000', 'hex'))).unread).toMatch('packed by xz');
    expect((await readInitramfs(gzipSync(main).subarray(0, 60))).unread).toMatch('damaged (gzip');
    expect((await readInitramfs(gzipSync(main.subarray(0, 130)))).unread).toMatch('cut short');
    expect((await readInitramfs(main.subarray(0, 130))).unread).toMatch('cut short');
  });

  /** An archive whose header has this in the place of the file's size (54) or the name's (94). */
  const withSize = (at: number, digits: string) =>
    Buffer.concat([main.subarray(0, at), Buffer.from(digits), main.subarray(at + 8)]);
  it.each([
    [54, 'nonsense'],
    [54, '-0000001'],
    [54, '0x000001'],
    [54, '80000000'],
    [54, 'ffffffff'],
    [94, 'fffffffd'],
    [94, '00000000'],
    [94, '00000001'],
    [94, '        '],
  ])('ends where the number at byte %i of a header is %s, packed or not', async (at, digits) => {
    for (const data of [withSize(at, digits), gzipSync(withSize(at, digits))])
      expect((await readInitramfs(data)).unread).toMatch('is damaged (');
  });

  it('ends with whatever bytes', async () => {
    const piece = fc.oneof(fc.constantFrom(main, early, gzipSync(main)), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 3 }), fc.nat(600), fc.nat(255), async (some, at, byte) => {
        const data = Buffer.concat(some);
        if (at < data.length) data[at] = byte;
        expect((await readInitramfs(data)).names.length).toBeLessThan(100);
      }),
    );
  });

  it('reads the same in pieces of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (bytes) => {
        const reader = new CpioNames((name) => name === 'init');
        const both = Buffer.concat([early, main]);
        for (let at = 0; at < both.length; at += bytes) reader.add(both.subarray(at, at + bytes));
        expect(reader.names).toEqual(['kernel/x86/microcode/GenuineIntel.bin', ...names]);
        expect(reader.ended).toBe(true);
        expect(reader.texts).toEqual({ init: 'content of init' });
      }),
    );
  });
});

it.each([
  ['pci:v00008086d*sv*sd*bc01sc06i01*', 'pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01', true],
  ['pci:v*d*sv*sd*bc01sc06i01*', 'pci:v00008086d00002922sv00001AF4sd00001100bc01sc08i02', false],
  ['scsi:t-0x00*', 'scsi:t-0x00', true],
  ['usb:v*p*d*dc*dsc*dp*ic08isc[0-5]ip50in*', 'usb:v1p2d3dc0dsc0dp0ic08isc05ip50in00', false],
  ['virtio:d00000002v*', 'virtio:d00000002v00001AF4', true],
  ['of:N*T*Cvendor,a.b', 'of:NxTyCvendor,aXb', false],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b?[!x]', 'aXbbyz', true],
  ['a*b?[!x]', 'aXbbyx', false],
  ['a*', 'a', true],
  ['a?', 'a', false],
])('%s serves %s: %s', (pattern, modalias, expected) => {
  expect(matches(pattern, modalias)).toBe(expected);
});

it('compares in little time, however many stars a pattern has', () => {
  expect(matches(`a${'*a'.repeat(40)}b`, 'a'.repeat(500))).toBe(false);
});

describe('planInitramfs', () => {
  const image: Record<string, RecordedFile> = {
    '/a/usr/sbin/update-initramfs': '',
    '/a/boot/vmlinuz-6.1': '',
    '/a/boot/initrd.img-6.1': gzipSync(cpio(['lib/virtio_pci.ko', 'lib/virtio_blk.ko', 'lib/ext4.ko'])),
    '/a/lib/modules/6.1/modules.dep': 'kernel/virtio_pci.ko:\nkernel/virtio_blk.ko: x\nkernel/fs/ext4/ext4.ko:\n',
    '/a/lib/modules/6.1/modules.builtin': 'kernel/drivers/scsi/sd_mod.ko\n',
    '/a/lib/modules/6.1/modules.builtin.modinfo': 'sd_mod.alias=scsi:t-0x00*\0',
    '/a/lib/modules/6.1/modules.alias': 'alias pci:v00001AF4d* virtio_pci\nalias virtio:d00000002v* virtio_blk\n',
  };
  const plan = async (more: Record<string, RecordedFile | undefined>, state = installedState()) => {
    const files = Object.entries({ ...virtioDisk, ...image, ...more }).filter(
      (one): one is [string, RecordedFile] => one[1] !== undefined,
    );
    return planInitramfs(
      await probeInitramfs(recorderIo({ files: Object.fromEntries(files) }).io, '/a', state),
      '/a',
      state,
    );
  };

  it('leaves one alone that has all this machine needs', async () => {
    expect(await plan({})).toEqual({
      steps: [],
      say: ['The initramfs of kernel 6.1 has what this machine needs: virtio_pci, virtio_blk, ext4.'],
    });
  });

  describe('where a kernel that is not started', () => {
    const old = { '/a/boot/vmlinuz-5.10': '', '/a/boot/initrd.img-5.10': gzipSync(cpio([])) };
    const lists = (dep: string, alias: string) => ({
      '/a/lib/modules/5.10/modules.dep': dep,
      '/a/lib/modules/5.10/modules.builtin.modinfo': 'x.alias=y\0',
      '/a/lib/modules/5.10/modules.alias': alias,
    });
    const ext4 = 'kernel/fs/ext4/ext4.ko:\n';
    it.each([
      ['has no driver for the disk', lists(ext4, ''), 'Warning: kernel 5.10 of the image has no driver for'],
      [
        'cannot read the root',
        lists('', 'alias pci:* a\nalias virtio:* b\n'),
        'Warning: kernel 5.10 of the image cannot read ext4',
      ],
      [
        'needs an initramfs that nothing makes',
        { ...lists(ext4, 'alias pci:* a\nalias virtio:* b\n'), '/a/usr/sbin/update-initramfs': undefined },
        'Warning: The initramfs of kernel 5.10 lacks',
      ],
    ])('%s, the machine is started by the other, with a warning', async (_, more, warning) => {
      const { say, steps } = await plan({ ...old, ...more });
      expect(steps).toEqual([]);
      expect(say.join('\n')).toContain(warning);
      expect(say.join('\n')).toContain('/boot/vmlinuz-6.1 is what the boot loader starts');
    });
    it('gets no initramfs from its program, the installation goes on', async () => {
      const { steps } = await plan({ ...old, ...lists(ext4, 'alias pci:* a\nalias virtio:* b\n') });
      expect(JSON.stringify(steps)).toMatch(
        /"-k","5.10"\].*"ok":\{"1":"kernel 5.10, which the boot loader does not start/,
      );
      const own = await plan({ '/a/boot/initrd.img-6.1': gzipSync(cpio([])) });
      expect(JSON.stringify(own.steps)).not.toContain('"ok"');
    });
    it('is the one that grub has as its default, the image is refused', async () => {
      const grub = {
        '/a/usr/sbin/grub-install': '',
        '/a/boot/grub/grub.cfg': 'linux /vmlinuz-5.10\nlinux /vmlinuz-6.1\n',
      };
      await expect(plan({ ...old, ...lists(ext4, ''), ...grub })).rejects.toThrow(
        'kernel 5.10 of the image has no driver',
      );
    });
  });
  it('takes a kernel without loadable modules at its list of what is built in', async () => {
    const whole = (builtin: string) =>
      plan({
        '/a/lib/modules/6.1/modules.dep': undefined,
        '/a/lib/modules/6.1/modules.builtin': builtin,
        '/a/lib/modules/6.1/modules.builtin.modinfo': undefined,
        '/a/lib/modules/6.1/modules.alias': undefined,
      });
    expect((await whole('kernel/fs/ext4/ext4.ko\n')).say.join()).toContain('has what this machine needs: ext4');
    await expect(whole('kernel/fs/xfs/xfs.ko\n')).rejects.toThrow('cannot read ext4');
  });

  it('asks nothing for a disk that holds no part of the root', async () => {
    const data = '/sys/devices/pci0000:00/0000:00:09.0';
    const disk = installedState().disks['/dev/sda'];
    if (!disk) throw new Error('no disk');
    const state = installedState({
      disks: { ...installedState().disks, '/dev/sdb': { ...disk, path: `${data}/block/vdb` } },
    });
    const odd = { [`${data}/modalias`]: 'pci:vodd', [`${data}/driver`]: { link: '../odd' } };
    const { devices } = await probeInitramfs(
      recorderIo({ files: { ...virtioDisk, ...image, ...odd } }).io,
      '/a',
      state,
    );
    expect(devices.map((device) => device.driver)).toEqual(['virtio_pci', 'virtio_blk']);
  });

  it('makes one anew that lacks a driver, and says which', async () => {
    const { steps, say } = await plan({
      '/a/boot/initrd.img-6.1': gzipSync(cpio(['lib/ahci.ko', 'lib/ext4.ko', 'lib/virtio-pci.ko'])),
    });
    expect(say).toEqual(['The initramfs of kernel 6.1 lacks virtio_blk for the disk’s virtio1: it is made anew.']);
    expect(JSON.stringify(steps)).toContain('["update-initramfs","-u","-k","6.1"]');
    expect(JSON.stringify(steps)).toContain('manual_add_modules virtio_blk');
  });

  describe('for a root on a volume group on a mirror', () => {
    const uuid = '00000000:11111111:22222222:33333333';
    const [root] = installedState().mounts;
    if (!root) throw new Error('no root');
    const volume = { sizeBytes: 1, uuid: '', options: {} };
    const state = installedState({
      volumes: {
        '/dev/md0': {
          ...volume,
          kind: 'raid',
          node: '/dev/md0',
          members: ['/dev/sda3'],
          uuid,
          options: { level: '1' },
        },
        '/dev/vg/root': { ...volume, kind: 'lv', node: '/dev/mapper/vg-root', members: ['/dev/md0'], group: 'vg' },
      },
      mounts: [{ ...root, device: '/dev/vg/root', node: '/dev/mapper/vg-root' }],
    });
    const programs = { '/a/sbin/mdadm': '', '/a/usr/sbin/lvm': '' };
    const drivers = ['virtio_pci', 'virtio_blk', 'ext4', 'raid1', 'dm-mod'].map((name) => `lib/${name}.ko`);
    const dep = drivers.map((at) => `${at}:\n`).join('');
    const tools = ['usr/sbin/lvm', 'sbin/mdadm'];
    const given = (names: string[], texts?: Record<string, string>) => ({
      ...programs,
      '/a/lib/modules/6.1/modules.dep': dep,
      '/a/boot/initrd.img-6.1': gzipSync(cpio(names, texts)),
    });
    const conf = 'etc/mdadm/mdadm.conf';

    it.each([
      ['has drivers and programs', [...drivers, ...tools], {}, 'has what this machine needs'],
      [
        'names its array',
        [...drivers, ...tools],
        { [conf]: `ARRAY /dev/md0 UUID=${uuid}` },
        'has what this machine needs',
      ],
      [
        'lacks a level',
        [...drivers.filter((one) => !one.includes('raid')), ...tools],
        {},
        'lacks raid1 for the volumes of its root',
      ],
      ['lacks a program', [...drivers, 'sbin/mdadm'], {}, 'lacks lvm, which starts the volumes of its root'],
      [
        'names the golden client’s array',
        [...drivers, ...tools],
        {
          [conf]:
            'ARRAY /dev/md0 metadata=1.2\nARRAY /dev/md/0 name=golden:0 UUID=99999999:11111111:22222222:33333333\n',
        },
        'names other arrays than those of its root: it is made anew',
      ],
      [
        'has a list of disks for LVM',
        [...drivers, ...tools, 'etc/lvm/devices/system.devices'],
        {},
        'lists the golden client’s disks to LVM: it is made anew',
      ],
      [
        'names it to dracut',
        [...drivers, ...tools],
        { 'etc/cmdline.d/90mdraid.conf': 'rd.md.uuid=99999999:11111111:22222222:33333333' },
        'names other arrays',
      ],
    ])('one that %s', async (_, names, texts, expected) => {
      expect((await plan(given(names, texts), state)).say.join()).toContain(expected);
    });

    it('refuses an image without the program', async () => {
      await expect(plan({ ...given(drivers), '/a/usr/sbin/lvm': undefined }, state)).rejects.toThrow(
        'lies on /dev/vg/root on /dev/md0, and the image has no lvm to start it',
      );
    });
  });

  it('makes one anew that names a UUID which was renewed', async () => {
    const state = installedState({ renewed: { '51DE-0EF1': 'AAAA-BBBB' } });
    const drivers = ['virtio_pci', 'virtio_blk', 'ext4'].map((name) => `lib/${name}.ko`);
    const texts = { 'conf/conf.d/zz-resume-auto': 'RESUME=UUID=51de-0ef1\n' };
    const initrd = (more?: Record<string, string>) => ({ '/a/boot/initrd.img-6.1': gzipSync(cpio(drivers, more)) });
    expect((await plan(initrd(texts), state)).say.join()).toContain('names UUIDs that were renewed: it is made anew');
    expect((await plan(initrd(), state)).steps).toEqual([]);
  });

  it('makes one anew that waits for the golden client’s swap area', async () => {
    const drivers = ['virtio_pci', 'virtio_blk', 'ext4'].map((name) => `lib/${name}.ko`);
    const initrd = (resume: string) => ({
      '/a/boot/initrd.img-6.1': gzipSync(cpio(drivers, { 'conf/conf.d/zz-resume-auto': `RESUME=${resume}\n` })),
    });
    expect((await plan(initrd('UUID=51de-0ef1'))).say.join()).toContain('waits for a swap area that is not here');
    expect((await plan(initrd('none'))).steps).toEqual([]);
  });

  it.each([
    ['conf/initramfs.conf', 'MODULES=most\nIP=10.9.9.9::10.9.9.1:255.255.255.0::eth0:off\n', true],
    ['conf/conf.d/ip', 'export IP="10.9.9.9"\n', true],
    ['etc/cmdline.d/40network.conf', 'ip=10.9.9.9::10.9.9.1:24::eth0:none\n', true],
    ['conf/initramfs.conf', 'MODULES=most\nIP=dhcp\n', false],
    ['etc/cmdline.d/40network.conf', 'ip=dhcp rd.neednet=1\n', false],
  ])('makes one anew that takes the golden client’s address: %s with %j', async (name, text, isAnew) => {
    const drivers = ['virtio_pci', 'virtio_blk', 'ext4'].map((one) => `lib/${one}.ko`);
    const { say } = await plan({ '/a/boot/initrd.img-6.1': gzipSync(cpio(drivers, { [name]: text })) });
    expect(say.join().includes('takes the golden client’s address')).toBe(isAnew);
  });

  describe('in a unified image', () => {
    const drivers = ['virtio_pci', 'virtio_blk', 'ext4'].map((name) => `lib/${name}.ko`);
    const root = 'root=UUID=11111111-2222-4333-8444-555555555555 ro';
    const image = (names: string[], cmdline: string) => ({
      '/a/boot/vmlinuz-6.1': undefined,
      '/a/boot/initrd.img-6.1': undefined,
      '/a/usr/sbin/update-initramfs': undefined,
      '/a/boot/efi/EFI/Linux/arch.efi': unifiedImage({
        '.uname': '6.1\0',
        '.cmdline': `${cmdline}\n\0`,
        '.linux': 'k',
        '.initrd': gzipSync(cpio(names)),
      }),
    });
    const mkinitcpio = { '/a/usr/bin/mkinitcpio': '' };

    it('is left alone where it fits', async () => {
      const { steps, say } = await plan(image(drivers, root));
      expect([steps, say.join()]).toEqual([[], expect.stringContaining('has what this machine needs')]);
    });
    it.each([
      [['lib/ahci.ko'], root, 'lacks virtio_pci'],
      [drivers, 'root=/dev/sda3 ro', 'has a command line that does not hold here (root=/dev/sda3 ro)'],
    ])('with %j and %s is made anew', async (names, cmdline, reason) => {
      const { steps, say } = await plan({ ...image(names, cmdline), ...mkinitcpio });
      expect(say.join()).toContain(reason);
      expect(JSON.stringify(steps)).toContain('"-U","/boot/efi/EFI/Linux/arch.efi"');
      expect(JSON.stringify(steps)).toContain(`"${root}\\n"`);
    });
    it('is refused where the image’s program makes no such thing', async () => {
      const debian = { ...image([], root), '/a/usr/sbin/update-initramfs': '' };
      await expect(plan(debian)).rejects.toThrow('update-initramfs makes no such image anew');
    });
    it('stands for the kernel that it was made of', async () => {
      const { say } = await plan({ ...image(drivers, root), '/a/boot/vmlinuz-6.1': '' });
      expect(say).toHaveLength(1);
    });
  });

  it('makes the first where there is none, and uses dracut where the image does', async () => {
    const { steps } = await plan({ '/a/boot/initrd.img-6.1': undefined, '/a/usr/bin/dracut': '' });
    expect(JSON.stringify(steps)).toContain(
      '["dracut","--force","--no-hostonly","--add-drivers","virtio_pci virtio_blk ext4","/boot/initramfs-6.1.img","6.1"]',
    );
  });

  it.each([
    [{ '/a/boot/vmlinuz-6.1': undefined }, 'the image has no kernel in /boot'],
    [{ '/a/lib/modules/6.1/modules.alias': 'alias pci:v00001AF4d* virtio_pci\n' }, 'has no driver for'],
    [{ '/a/lib/modules/6.1/modules.dep': 'kernel/virtio_pci.ko:\nkernel/virtio_blk.ko:\n' }, 'cannot read ext4'],
    [
      { '/a/boot/initrd.img-6.1': gzipSync(cpio([])), '/a/usr/sbin/update-initramfs': undefined },
      'has none of dracut, update-initramfs, mkinitcpio, mkinitfs',
    ],
  ])('refuses %j', async (more, message) => {
    await expect(plan(more)).rejects.toThrow(message);
  });
});
