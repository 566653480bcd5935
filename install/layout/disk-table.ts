import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';

/** Lines of a table: columns as wide as their widest cell, two blanks between them. */
export function table(rows: readonly (readonly string[])[], indent = '    '): string {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      `${indent}${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')}`.trimEnd(),
    )
    .join('\n');
}

/** The disks of this machine, and why some of them are no target. */
export function diskTable(disks: readonly DiskFacts[], why: (disk: DiskFacts) => string | undefined): string {
  if (disks.length === 0) return '    no disk was found: is the driver of its controller in the initrd?';
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
