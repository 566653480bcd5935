import { markerName, mediumFolder, offlineFolder } from '../../common/model/medium.ts';
import type { Io } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { untilItWorks, type Watch } from './backoff.ts';
import { type BlockDevice, probeBlockDevices, probeContents } from './block-devices.ts';
import { noFilesystem, readOnlyOptions } from './media.ts';

/**
 * Mounts the medium with this id read-only, and gives its device: the filesystem whose folder of images has the medium's marker, on
 * whatever device. Waits without a limit until somebody brings the medium.
 */
export async function mountMedium(io: Io, id: string, watch: Watch): Promise<string> {
  return untilItWorks<string>(io, watch, async () => {
    const devices = (await probeBlockDevices(io)).sort((a, b) => Number(b.isRemovable) - Number(a.isRemovable));
    const contents = await probeContents(io, devices);
    for (const { node, type } of contents) {
      watch.signal?.throwIfAborted();
      const device = devices.find((one) => one.node === node);
      if (!noFilesystem.test(type) && device && (await isMedium(io, id, device, type))) return { value: node };
    }
    const looked = contents.map(({ node }) => node).join(' ') || 'no device with a filesystem is here';
    return { notYet: `the medium ${markerName(id)} with the images is not here (${looked})` };
  });
}

/** Mounts a filesystem, and unmounts it again if it is not the medium's. */
async function isMedium(io: Io, id: string, { node, disk, isRemovable }: BlockDevice, type: string): Promise<boolean> {
  const protect = async (how: '--setro' | '--setrw') => {
    if (!isRemovable) await io.run({ argv: ['blockdev', how, node] });
  };
  await io.mkdir(mediumFolder);
  await protect('--setro');
  const mounted = await io.run({
    argv: ['mount', '-t', type, '-o', readOnlyOptions[type] ?? 'ro', node, mediumFolder],
  });
  if (mounted.code === 0) {
    if ((await io.lstat(under(mediumFolder, offlineFolder, markerName(id)))) !== undefined) {
      // A disk that is read-only is no target of an installation.
      await io.run({ argv: ['blockdev', '--setro', disk] });
      return true;
    }
    await io.run({ argv: ['umount', mediumFolder] });
  }
  await protect('--setrw');
  return false;
}
