import { gzipSync } from 'node:zlib';
import { planInitramfs, probeInitramfs } from '../../install/initramfs/check.ts';
import { cpio } from './cpio.ts';
import { installedState } from './installed-state.ts';
import { type RecordedFile, recorderIo } from './recorder-io.ts';
import { virtioDisk } from './virtio-disk.ts';

/** An image with one kernel whose initramfs fits the disk of {@link virtioDisk}. */
export const image: Record<string, RecordedFile> = {
  '/a/usr/sbin/update-initramfs': '',
  '/a/boot/vmlinuz-6.1': '',
  '/a/boot/initrd.img-6.1': gzipSync(cpio(['lib/virtio_pci.ko', 'lib/virtio_blk.ko', 'lib/ext4.ko'])),
  '/a/lib/modules/6.1/modules.dep': 'kernel/virtio_pci.ko:\nkernel/virtio_blk.ko: x\nkernel/fs/ext4/ext4.ko:\n',
  '/a/lib/modules/6.1/modules.builtin': 'kernel/drivers/scsi/sd_mod.ko\n',
  '/a/lib/modules/6.1/modules.builtin.modinfo': 'sd_mod.alias=scsi:t-0x00*\0',
  '/a/lib/modules/6.1/modules.alias': 'alias pci:v00001AF4d* virtio_pci\nalias virtio:d00000002v* virtio_blk\n',
};
/** What becomes of its initramfs where these files are others; undefined for one that is not there. */
export const plan = async (more: Record<string, RecordedFile | undefined>, state = installedState()) => {
  const files = Object.entries({ ...virtioDisk, ...image, ...more }).filter(
    (one): one is [string, RecordedFile] => one[1] !== undefined,
  );
  return planInitramfs(
    await probeInitramfs(recorderIo({ files: Object.fromEntries(files) }).io, '/a', state),
    '/a',
    state,
  );
};
