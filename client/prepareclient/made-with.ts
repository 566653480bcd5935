import type { MadeWith } from '../../common/model/storage.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { ask } from './ask.ts';
import { excludeHint } from './devices.ts';
import type { MountLine } from './mounts.ts';

/** The features and sizes that the mounted filesystems were made with, where another mkfs might choose others. */
export async function readMadeWith(
  io: ReadIo,
  mounts: readonly MountLine[],
  diskOf: (device: string) => string | undefined,
): Promise<MadeWith[]> {
  const devices = new Map(mounts.map((one) => [one.device, one]));
  const found: MadeWith[] = [];
  for (const { device, dir, type } of devices.values()) {
    const disk = diskOf(device);
    const hint = disk && excludeHint(disk);
    if (/^ext[234]$/.test(type)) found.push(readExt(device, await ask(io, ['dumpe2fs', '-h', device], [0], hint)));
    if (type === 'xfs') found.push(readXfs(device, await ask(io, ['xfs_info', dir], [0], hint)));
  }
  return found;
}

/** The head that `dumpe2fs -h` prints (dumpe2fs(8)). */
function readExt(device: string, text: string): MadeWith {
  const value = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1]?.trim();
  const [blockBytes, inodeBytes] = [Number(value('Block size')), Number(value('Inode size'))];
  return {
    device,
    features: value('Filesystem features')?.split(/\s+/).filter(Boolean) ?? [],
    blockBytes: blockBytes || undefined,
    inodeBytes: inodeBytes || undefined,
  };
}

/** The pairs that xfs_info(8) prints; if a name comes twice (bsize), the first value is the filesystem's. */
function readXfs(device: string, text: string): MadeWith {
  const features = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/(?<![\w-])([a-z][a-z0-9-]*)=(\w+)/g))
    if (!features.has(name)) features.set(name, value);
  const [blockBytes, inodeBytes] = [Number(features.get('bsize')), Number(features.get('isize'))];
  return {
    device,
    features: [...features].map(([name, value]) => `${name}=${value}`),
    blockBytes: blockBytes || undefined,
    inodeBytes: inodeBytes || undefined,
  };
}
