import type { MdPairs, Storage } from './storage.ts';

/** An md array of the golden client. */
export type MdArray = {
  device: string;
  /** raid1, linear, container, … */
  level: string;
  /** 1.2, 0.90, imsm, … */
  metadata: string;
  uuid?: string;
  /** HOST:NAME; udev links /dev/md/NAME to the device. */
  name?: string;
  /** How many members it has when it is whole. */
  devices: number;
  chunkBytes?: number;
  /** Level 10, as for mdadm(8) --layout. */
  copies?: string;
  /** The members that are present, spares last. */
  members: { device: string; isSpare: boolean }[];
};

/** Reads the pairs of one array. */
function readArray(device: string, pairs: MdPairs): MdArray {
  const members = Object.entries(pairs).flatMap(([key, value]) => {
    const [, which] = /^MD_DEVICE_(.+)_DEV$/.exec(key) ?? [];
    return which === undefined ? [] : [{ device: value, role: pairs[`MD_DEVICE_${which}_ROLE`] ?? '' }];
  });
  const place = (role: string) => (/^\d+$/.test(role) ? Number(role) : Number.MAX_SAFE_INTEGER);
  const { MD_LEVEL = '', MD_METADATA = '', MD_UUID, MD_NAME, MD_DEVICES, chunk_size, layout } = pairs;
  return {
    device,
    level: MD_LEVEL,
    metadata: MD_METADATA,
    uuid: MD_UUID || undefined,
    name: MD_NAME || undefined,
    devices: Number(MD_DEVICES ?? members.length),
    chunkBytes: Number(chunk_size) > 0 ? Number(chunk_size) : undefined,
    copies: MD_LEVEL === 'raid10' && layout ? copiesOf(Number(layout)) : undefined,
    members: members
      .toSorted((a, b) => place(a.role) - place(b.role))
      .map((one) => ({ device: one.device, isSpare: !/^\d+$/.test(one.role) })),
  };
}

/** The kernel's number of a raid10 layout: near copies, far copies, and whether far copies are offset (drivers/md/raid10.c). */
function copiesOf(layout: number): string {
  const [near, far, isOffset] = [layout & 0xff, (layout >> 8) & 0xff, (layout & 0x10000) !== 0];
  return far > 1 ? `${isOffset ? 'o' : 'f'}${far}` : `n${near}`;
}

/** The arrays, by what the tools say of each. */
export function arraysOf(storage: Storage): MdArray[] {
  return Object.entries(storage.md ?? {}).map(([device, pairs]) => readArray(device, pairs));
}
