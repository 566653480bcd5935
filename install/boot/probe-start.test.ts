import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { unifiedImage } from '../../test/helpers/unified-image.ts';
import type { Inside } from '../../common/system/inside.ts';
import type { RootNeeds } from '../../common/model/image-facts.ts';
import { startFacts } from '../initramfs/start-facts.ts';
import { probeStart } from './probe-start.ts';

const factsOf = async (tree: Inside, needs: RootNeeds) => startFacts(await probeStart(tree), needs);

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
  const { cannotStart: found = {} } = await factsOf(inside(recorderIo({ files }).io, '/a'), {
    devices: [],
    types: [],
  });
  expect(found.bios ?? '').toMatch(bios ?? /^$/);
  expect(found.uefi ?? '').toMatch(uefi ?? /^$/);
});

const dep = { '/a/lib/modules/6.1/modules.dep': 'kernel/fs/ext4/ext4.ko:\n' };
it('says that a kernel with modules has no initramfs, and the image nothing to make one', async () => {
  const found = async (files: Record<string, RecordedFile>) =>
    (
      await factsOf(inside(recorderIo({ files: { ...kernel, ...dep, ...files } }).io, '/a'), {
        devices: [],
        types: [],
      })
    ).cannotStart;
  const grub = { '/a/usr/sbin/grub-install': '' };
  expect((await found(grub))?.bios).toContain('has no initramfs for its kernel 6.1, and none of dracut');
  expect(await found({ ...grub, '/a/usr/sbin/update-initramfs': '' })).toEqual({});
  expect(await found({ ...grub, '/a/boot/initrd.img-6.1': '' })).toEqual({});
  const xz = { '/a/boot/initrd.img-6.1': Buffer.from('fd377a585a0000', 'hex') };
  expect((await found({ ...grub, ...xz }))?.uefi).toContain(
    'for its kernel 6.1 that is packed by xz, which BOEL cannot read',
  );
  expect(await found({ ...grub, ...xz, '/a/usr/bin/dracut': '' })).toEqual({});
});
it('says what the kernel that is started cannot drive, of what is asked', async () => {
  const files = {
    ...kernel,
    ...dep,
    '/a/usr/sbin/grub-install': '',
    '/a/boot/vmlinuz-5.9': '',
    '/a/lib/modules/5.9/modules.dep': '',
    '/a/lib/modules/6.1/modules.builtin.modinfo': 'sd_mod.alias=scsi:t-0x00*\0',
    '/a/lib/modules/6.1/modules.alias': 'alias pci:v00001AF4d* virtio_pci\n',
  };
  const devices = ['pci:v00001AF4d00001001', 'scsi:t-0x00', 'pci:v00009005d0000028F'].map((modalias) => {
    return { driver: 'any', modalias };
  });
  const { undriven } = await factsOf(inside(recorderIo({ files }).io, '/a'), { devices, types: ['ext4', 'xfs'] });
  expect(undriven).toEqual({ kernel: '6.1', modaliases: ['pci:v00009005d0000028F'], types: ['xfs'] });
});

it('says for which processors the kernel is, where the file tells', async () => {
  const head = Buffer.alloc(0x400);
  head.write('RSC\x05', 0x38, 'latin1');
  const facts = async (content: RecordedFile) =>
    factsOf(inside(recorderIo({ files: { '/a/boot/vmlinuz-6.1': content } }).io, '/a'), { devices: [], types: [] });
  expect([(await facts(head)).machine, (await facts('')).machine]).toEqual(['riscv64', undefined]);
});
