import { parseLayout } from '../../common/model/layout/parse.ts';
import type { DiskFacts, Machine } from '../../common/model/machine.ts';
import { UserError } from '../../common/system/errors.ts';
import { type LayoutFacts, planLayout } from '../../install/layout/plan-layout.ts';

export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

export const disk = (name: string, bytes: number, more: Partial<DiskFacts> = {}): DiskFacts => ({
  node: `/dev/${name}`,
  devno: '254:0',
  bytes,
  sectorBytes: 512,
  optimalIoBytes: 0,
  origin: { kind: 'own' },
  readOnly: false,
  path: `/sys/devices/${name}`,
  serial: `S-${name}`,
  wwn: '',
  model: '',
  bus: 'virtio',
  parts: [],
  ...more,
});
export const facts = (text: string, machine: Machine, more: Partial<LayoutFacts> = {}): LayoutFacts => ({
  layout: parseLayout(text),
  machine,
  options: {},
  image: undefined,
  seed: new Uint8Array(32),
  kept: {},
  ...more,
});
export const plan = (text: string, machine: Machine, more: Partial<LayoutFacts> = {}) =>
  planLayout(facts(text, machine, more));
/** Node, start and size of each partition in MiB. */
export const shape = ({ target }: ReturnType<typeof plan>) =>
  Object.entries(target.parts).map(([name, part]) => [
    name,
    part.node,
    part.startBytes / MiB,
    part.sizeBytes / MiB,
    ...(part.added ? ['added'] : []),
  ]);

/** Message and hint of a refusal; empty where nothing is refused. */
export const refusal = (work: () => void) => {
  try {
    work();
    return '';
  } catch (error) {
    return error instanceof UserError ? `${error.message}\n${error.hint}` : String(error);
  }
};

export const root = '[filesystems]\n/dev/sda1 ext4 label=root\n[mounts]\nLABEL=root / ext4 defaults 0 1\n';
export const simple = `[disk /dev/sda]\nlabel: gpt\n1 : min=1GiB\n2 : size=512MiB, min=0, type=swap\n${root}`;
export const bios = (...disks: DiskFacts[]): Machine => ({ firmware: 'bios', disks });
export const uefi = (...disks: DiskFacts[]): Machine => ({ firmware: 'uefi', disks });
