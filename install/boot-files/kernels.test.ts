import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { kernelRelease } from './kernel-file.ts';
import { bootKernels } from './kernels.ts';

/** The beginning of a bzImage that says its version at 0x200 + 0x3000. */
function bzImage(version: string): Buffer {
  const data = Buffer.alloc(0x3400);
  data.write('HdrS', 0x202, 'latin1');
  data.writeUInt16LE(0x3000, 0x20e);
  data.write(`${version} (builder@host) #1 SMP\0`, 0x3200, 'latin1');
  return data;
}

it('reads the version out of a kernel, and none out of something else', () => {
  expect(kernelRelease(bzImage('6.6.8-arch1-1'))).toBe('6.6.8-arch1-1');
  expect(kernelRelease(Buffer.from('MZ'))).toBeUndefined();
  expect(kernelRelease(Buffer.alloc(0x400))).toBeUndefined();
});

const modules = (version: string) => ({ [`/a/lib/modules/${version}/modules.dep`]: '' });

it.each<[string, Record<string, RecordedFile>, string[]]>([
  [
    'Debian, with the link that some have',
    {
      ...modules('6.1.0-13-amd64'),
      '/a/etc/debian_version': '12',
      '/a/boot/vmlinuz-6.1.0-13-amd64': '',
      '/a/boot/vmlinuz': { link: 'vmlinuz-6.1.0-13-amd64' },
      '/a/boot/initrd.img-6.1.0-13-amd64': '',
    },
    ['6.1.0-13-amd64 /boot/vmlinuz-6.1.0-13-amd64 /boot/initrd.img-6.1.0-13-amd64'],
  ],
  [
    'Ubuntu of 2016, with a copy that is signed',
    {
      ...modules('4.4.0-31-generic'),
      '/a/etc/debian_version': '8',
      '/a/boot/vmlinuz-4.4.0-31-generic.efi.signed': bzImage('4.4.0-31-generic'),
      '/a/boot/initrd.img-4.4.0-31-generic': '',
    },
    ['4.4.0-31-generic /boot/vmlinuz-4.4.0-31-generic.efi.signed /boot/initrd.img-4.4.0-31-generic'],
  ],
  [
    'Red Hat, whose rescue kernel stays as it is',
    {
      ...modules('5.14.0-70.el9.x86_64'),
      '/a/boot/vmlinuz-5.14.0-70.el9.x86_64': '',
      '/a/boot/vmlinuz-0-rescue-0123456789abcdef0123456789abcdef': '',
      '/a/boot/initramfs-5.14.0-70.el9.x86_64.img': '',
      '/a/boot/initramfs-5.14.0-70.el9.x86_64kdump.img': '',
    },
    ['5.14.0-70.el9.x86_64 /boot/vmlinuz-5.14.0-70.el9.x86_64 /boot/initramfs-5.14.0-70.el9.x86_64.img'],
  ],
  [
    'SUSE, whose kernels are links',
    {
      ...modules('6.4.0-150600.21-default'),
      '/a/usr/lib/modules/6.4.0-150600.21-default/vmlinuz': '',
      '/a/boot/vmlinuz-6.4.0-150600.21-default': { link: '../usr/lib/modules/6.4.0-150600.21-default/vmlinuz' },
      '/a/boot/vmlinuz': { link: 'vmlinuz-6.4.0-150600.21-default' },
      '/a/boot/initrd-6.4.0-150600.21-default': '',
      '/a/boot/initrd': { link: 'initrd-6.4.0-150600.21-default' },
    },
    ['6.4.0-150600.21-default /boot/vmlinuz-6.4.0-150600.21-default /boot/initrd-6.4.0-150600.21-default'],
  ],
  [
    'Arch, whose file says what the name does not',
    {
      ...modules('6.6.8-arch1-1'),
      ...modules('6.1.69-1-lts'),
      '/a/boot/vmlinuz-linux': bzImage('6.6.8-arch1-1'),
      '/a/boot/initramfs-linux.img': '',
      '/a/boot/initramfs-linux-fallback.img': '',
    },
    ['6.6.8-arch1-1 /boot/vmlinuz-linux /boot/initramfs-linux.img'],
  ],
  [
    'Arch on arm64, by the package',
    {
      ...modules('6.6.8-1-aarch64'),
      '/a/lib/modules/6.6.8-1-aarch64/pkgbase': 'linux\n',
      '/a/boot/Image-linux': '',
    },
    ['6.6.8-1-aarch64 /boot/Image-linux (new /boot/initramfs-linux.img)'],
  ],
  [
    'Alpine',
    {
      ...modules('6.6.31-0-lts'),
      '/a/etc/alpine-release': '3.20.0',
      '/a/boot/vmlinuz-lts': bzImage('6.6.31-0-lts'),
      '/a/boot/initramfs-lts': '',
      '/a/boot/config-6.6.31-0-lts': '',
    },
    ['6.6.31-0-lts /boot/vmlinuz-lts /boot/initramfs-lts'],
  ],
  [
    'Gentoo’s genkernel, and a kernel without a name',
    {
      ...modules('5.10.27-gentoo-x86_64'),
      ...modules('6.9.1'),
      '/a/boot/kernel-genkernel-x86_64-5.10.27-gentoo': bzImage('5.10.27-gentoo-x86_64'),
      '/a/boot/initramfs-genkernel-x86_64-5.10.27-gentoo': '',
      '/a/boot/bzImage': bzImage('6.9.1'),
    },
    [
      '6.9.1 /boot/bzImage (new /boot/initramfs.img)',
      '5.10.27-gentoo-x86_64 /boot/kernel-genkernel-x86_64-5.10.27-gentoo /boot/initramfs-genkernel-x86_64-5.10.27-gentoo',
    ],
  ],
  [
    'kernel-install’s own folders on the EFI system partition',
    {
      ...modules('6.12.1'),
      '/a/boot/efi/0123/6.12.1/linux': '',
      '/a/boot/efi/0123/6.12.1/initrd': '',
      '/a/boot/efi/loader/entries/0123-6.12.1.conf':
        'title Fedora\nversion 6.12.1\nlinux /0123/6.12.1/linux\ninitrd /intel-ucode.img /0123/6.12.1/initrd\noptions root=x\n',
      '/a/boot/efi/loader/entries/gone.conf': 'linux /0123/6.11/linux\n',
    },
    ['6.12.1 /boot/efi/0123/6.12.1/linux /boot/efi/0123/6.12.1/initrd'],
  ],
  [
    'entries that name what lies in /boot',
    {
      ...modules('5.14.0'),
      '/a/boot/vmlinuz-5.14.0': '',
      '/a/boot/loader/entries/0123-5.14.0.conf': 'linux /boot/vmlinuz-5.14.0\n',
    },
    ['5.14.0 /boot/vmlinuz-5.14.0 (new /boot/initramfs-5.14.0.img)'],
  ],
  ['an image whose link outlived its kernel', { '/a/boot/vmlinuz-6.1': { link: '../gone' } }, []],
  ['an image without', { '/a/boot/grub/grub.cfg': '' }, []],
])('finds the kernels of %s', async (_, files, expected) => {
  const found = await bootKernels(inside(recorderIo({ files }).io, '/a'), installedState());
  expect(found.map((one) => `${one.version} ${one.kernel} ${one.initramfs ?? `(new ${one.newInitramfs})`}`)).toEqual(
    expected,
  );
});
