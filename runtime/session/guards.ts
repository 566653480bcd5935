import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { probeDisksAt } from '../../machine/disks.ts';

/** The initrd's mark: the time of its build. */
const boelMark = '/etc/boel-built';

/** Refuses on a machine that did not boot BOEL: there, the words of a script would overwrite a working system. */
export async function refuseWorkingMachine(io: ReadIo): Promise<void> {
  if ((await io.lstat(boelMark)) !== undefined) return;
  throw new UserError(
    'this machine did not boot BOEL, and an autoinstall script would overwrite the running system',
    'Boot the machine from the network, a CD or a USB stick; --dry-run prints the steps on this machine.',
  );
}

/** Tells which mapped disk of the layout is another disk now: unplugged, renamed by a late driver, or changed in size. */
export async function changedDisk(io: ReadIo, state: Pick<State, 'disks'>): Promise<string | undefined> {
  if (Object.keys(state.disks).length === 0) return undefined;
  const nodes = Object.values(state.disks).map((disk) => disk.node);
  const now = await probeDisksAt(io, nodes);
  for (const [name, { node, devno, bytes, serial }] of Object.entries(state.disks)) {
    const disk = now.find((one) => one.node === node);
    if (disk && disk.devno === devno && disk.bytes === bytes && disk.serial === serial) continue;
    const is = disk ? `${disk.devno}, ${disk.bytes} bytes, serial ${disk.serial || 'unknown'}` : 'gone';
    return `${node}, which the layout took for ${name} (${devno}, ${bytes} bytes, serial ${serial || 'unknown'}), is ${is} now`;
  }
  return undefined;
}

/** Refuses when a mapped disk of the layout is another disk now. */
export async function refuseChangedDisks(io: ReadIo, state: Pick<State, 'disks'>): Promise<void> {
  const changed = await changedDisk(io, state);
  if (changed !== undefined)
    throw new UserError(changed, 'Look at the disks, then begin again with the layout: boel resume');
}
