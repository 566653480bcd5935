import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { cpio } from '../../test/helpers/cpio.ts';
import { image, plan } from '../../test/helpers/initramfs-image.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { virtioDisk } from '../../test/helpers/virtio-disk.ts';
import { probeInitramfs } from './check.ts';

it('leaves one alone that has all this machine needs', async () => {
  expect(await plan({})).toEqual({
    steps: [],
    say: ['The initramfs of kernel 6.1 has what this machine needs: virtio_pci, virtio_blk, ext4.'],
  });
});

it('asks nothing for a disk that holds no part of the root', async () => {
  const data = '/sys/devices/pci0000:00/0000:00:09.0';
  const disk = installedState().disks['/dev/sda'];
  if (!disk) throw new Error('no disk');
  const state = installedState({
    disks: { ...installedState().disks, '/dev/sdb': { ...disk, path: `${data}/block/vdb` } },
  });
  const odd = { [`${data}/modalias`]: 'pci:vodd', [`${data}/driver`]: { link: '../odd' } };
  const { devices } = await probeInitramfs(recorderIo({ files: { ...virtioDisk, ...image, ...odd } }).io, '/a', state);
  expect(devices.map((device) => device.driver)).toEqual(['virtio_pci', 'virtio_blk']);
});

it('makes one anew that lacks a driver, and says which', async () => {
  const { steps, say } = await plan({
    '/a/boot/initrd.img-6.1': gzipSync(cpio(['lib/ahci.ko', 'lib/ext4.ko', 'lib/virtio-pci.ko'])),
  });
  expect(say).toEqual([
    'The initramfs of kernel 6.1 lacks virtio_blk for the disk’s virtio1: the initramfs is made anew.',
  ]);
  expect(JSON.stringify(steps)).toContain('["update-initramfs","-u","-k","6.1"]');
  expect(JSON.stringify(steps)).toContain('manual_add_modules virtio_blk');
});

it('makes one anew that names a UUID which was renewed', async () => {
  const state = installedState({ renewed: { '51DE-0EF1': 'AAAA-BBBB' } });
  const drivers = ['virtio_pci', 'virtio_blk', 'ext4'].map((name) => `lib/${name}.ko`);
  const texts = { 'conf/conf.d/zz-resume-auto': 'RESUME=UUID=51de-0ef1\n' };
  const initrd = (more?: Record<string, string>) => ({ '/a/boot/initrd.img-6.1': gzipSync(cpio(drivers, more)) });
  expect((await plan(initrd(texts), state)).say.join()).toContain(
    'names UUIDs that were renewed: the initramfs is made anew',
  );
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
