import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { unifiedImage } from '../../test/helpers/unified-image.ts';
import { cannotStart } from './cannot-start.ts';

const kernel = { '/a/boot/vmlinuz-6.1': '' };
const systemdBoot = { '/a/boot/efi/EFI/systemd/systemd-bootx64.efi': '' };
const extlinux = { '/a/sbin/extlinux': '', '/a/boot/extlinux.conf': '' };

it.each<[string, Record<string, RecordedFile>, RegExp | undefined, RegExp | undefined]>([
  ['grub', { ...kernel, '/a/usr/sbin/grub-install': '' }, undefined, undefined],
  ['systemd-boot', { ...kernel, ...systemdBoot }, /needs UEFI/, undefined],
  ['extlinux', { ...kernel, ...extlinux }, undefined, /needs a BIOS/],
  ['both', { ...kernel, ...systemdBoot, ...extlinux }, undefined, undefined],
  [
    'a kernel in EFI/Linux',
    { '/a/efi/EFI/Linux/x.efi': unifiedImage({ '.linux': 'k' }), '/a/efi/EFI/systemd/systemd-bootx64.efi': '' },
    /needs UEFI/,
    undefined,
  ],
  ['no kernel', { '/a/usr/sbin/grub-install': '' }, /no kernel/, /no kernel/],
  ['no loader', kernel, /no boot loader/, /no boot loader/],
])('an image with %s', async (_, files, bios, uefi) => {
  const found = await cannotStart(inside(recorderIo({ files }).io, '/a'));
  expect(found.bios ?? '').toMatch(bios ?? /^$/);
  expect(found.uefi ?? '').toMatch(uefi ?? /^$/);
});
