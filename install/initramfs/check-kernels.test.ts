import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { plan } from '../../test/helpers/initramfs-image.ts';

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
    // A copy of the started kernel under another name has the same initramfs.
    const both = await plan({
      '/a/boot/initrd.img-6.1': gzipSync(cpio([])),
      '/a/boot/vmlinuz-copy': '',
      '/a/lib/modules/6.1/pkgbase': 'copy',
    });
    expect(JSON.stringify(both.steps)).toBe(JSON.stringify(own.steps));
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
