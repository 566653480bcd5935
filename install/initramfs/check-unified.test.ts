import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { plan } from '../../test/helpers/initramfs-image.ts';
import { unifiedImage } from '../../test/helpers/unified-image.ts';

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
