import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { table } from '../../common/table.ts';

/** The disks of this machine, and why some of them are no target. */
export function diskTable(disks: readonly DiskFacts[], why: (disk: DiskFacts) => string | undefined): string {
  if (disks.length === 0) return '    no disk was found: is the driver of the disk controller in the initrd?';
  return table([
    ['DISK', 'SIZE', 'BUS', 'SERIAL', 'MODEL', 'NOT TAKEN BECAUSE'],
    ...disks.map((disk) => [
      disk.node,
      showSize(disk.bytes),
      disk.bus,
      disk.serial || '-',
      disk.model || '-',
      why(disk) ?? '-',
    ]),
  ]);
}
