import { z } from 'zod';
import type { ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { programFailed } from '../../common/system/steps/run.ts';
import { ask, askRaw, readJson } from './ask.ts';

/** lsblk(8) gives an array's level as its type, or `md` for an array without a level. */
export const isArray = (type: string) => /^(raid\d+|linear|md)$/.test(type);

/** What mdadm and the kernel say of an array. */
export async function readArray(io: ReadIo, path: string): Promise<Record<string, string>> {
  const name = path.slice('/dev/'.length);
  const array = pairs(await ask(io, ['mdadm', '--detail', '--export', path]));
  for (const key of ['chunk_size', 'layout'] as const) {
    const value = await io.readText(under('/sys/class/block', name, 'md', key)).catch(() => undefined);
    if (value !== undefined) array[key] = value.trim();
  }
  return array;
}

const report = z.object({ report: z.array(z.record(z.string(), z.array(z.unknown()).catch([]))) });

/** Rows of pvs(8), vgs(8) and lvs(8). */
export type Lvm = { pvs: unknown[]; vgs: unknown[]; lvs: unknown[] };

/** lvm(8) ends with 5 if something failed, for example for a group that lacks a disk, and still lists the rest. */
const partly = 5;

/** lvm2's own JSON; sizes in bytes. */
export async function readLvm(io: ReadIo): Promise<Lvm> {
  const rows = async (program: 'pvs' | 'vgs' | 'lvs', fields: string, key: string) => {
    const all = program === 'lvs' ? ['--all'] : [];
    const exit = await askRaw(io, [program, ...lvmOptions, fields, ...all]);
    const read = report.safeParse(readJson(exit.stdout));
    if (!read.success || ![0, partly].includes(exit.code))
      throw programFailed(
        exit,
        'Read the volumes of this machine',
        'prepareclient needs lvm2 2.02.158 or newer, and no other program that holds a lock of LVM.',
      );
    return read.data.report.flatMap((one) => one[key] ?? []);
  };
  return {
    pvs: await rows('pvs', 'pv_name,pv_uuid,vg_name,pv_size', 'pv'),
    vgs: await rows('vgs', 'vg_name,vg_uuid,vg_extent_size,vg_size,vg_tags', 'vg'),
    lvs: await rows('lvs', 'lv_name,lv_uuid,vg_name,lv_size,segtype,stripes,lv_attr,lv_path,pool_lv,origin', 'lv'),
  };
}

const lvmOptions = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '--options'] as const;

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}
