import { paddedCfg } from '../../common/media/iso-settings.ts';
import type { ReadAt } from '../../common/media/stored.ts';
import { emptySums } from '../../common/media/sums.ts';

const sector = 2048;

/** A directory record of ECMA-119, 9.1, with the name of Rock Ridge if there is one. */
function record(id: string, at: number, bytes: number, { isDir = false, name = '' } = {}): Buffer {
  const padding = (id.length + 1) % 2;
  const nm = name === '' ? 0 : 5 + name.length;
  const length = 33 + id.length + padding + nm + (nm % 2);
  const out = Buffer.alloc(length);
  out[0] = length;
  out.writeUInt32LE(at, 2);
  out.writeUInt32LE(bytes, 10);
  out[25] = isDir ? 2 : 0;
  out[32] = id.length;
  out.write(id, 33, 'latin1');
  if (nm > 0) out.write(`NM${String.fromCharCode(nm, 1, 0)}${name}`, 33 + id.length + padding, 'latin1');
  return out;
}

/** A small ISO with local.cfg and SHA256SUMS in its root, and `boot/kernel`. */
export function tinyIso(localCfg: string, edit: (image: Buffer) => void = () => {}): Buffer {
  const image = Buffer.alloc(40 * sector);
  const cfg = paddedCfg(Buffer.from(localCfg));
  const sums = Buffer.from(emptySums(['local.cfg', 'boot/kernel', 'SHA256SUMS']));
  const volume = image.subarray(16 * sector);
  volume.write('\u0001CD001', 0, 'latin1');
  volume.write('BOEL-CD'.padEnd(32), 40, 'latin1');
  record('\0', 20, sector, { isDir: true }).copy(volume, 156);
  const put = (at: number, ...records: Buffer[]) => Buffer.concat(records).copy(image, at * sector);
  const self = record('\0', 20, sector, { isDir: true });
  const [cfgRecord, sumsRecord] = [
    record('LOCAL.CFG;1', 22, cfg.length, { name: 'local.cfg' }),
    record('SHA256SU.;1', 31, sums.length, { name: 'SHA256SUMS' }),
  ];
  put(20, self, self, record('BOOT', 21, sector, { isDir: true, name: 'boot' }), cfgRecord, sumsRecord);
  put(21, self, record('\u0001', 20, sector, { isDir: true }), record('KERNEL;1', 32, 9, { name: 'kernel' }));
  put(22, cfg);
  put(31, sums);
  put(32, Buffer.from('the bytes'));
  edit(image);
  return image;
}
/** Reads bytes in memory as a medium. */
export const bufferReader =
  (image: Buffer): ReadAt =>
  async (offset, bytes) =>
    image.subarray(offset, offset + bytes);
