import type { ImageFacts } from '../../common/model/image-facts.ts';
import { type Layout, partName, volumeName } from '../../common/model/layout.ts';
import { showPartType } from '../../common/model/layout/part-type.ts';
import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import { table } from '../../common/table.ts';
import type { Placement } from './placement.ts';

/** The table "in the script / here" that `layout` shows before anything is written. */
export function layoutTable(
  layout: Layout,
  placement: Placement,
  assigned: ReadonlyMap<string, DiskFacts>,
  image: ImageFacts | undefined,
): string {
  const wished = (size: number | undefined, min: number | undefined) =>
    `${size === undefined ? 'the rest' : showSize(size)}${min === undefined || min === size ? '' : ` (at least ${showSize(min)})`}`;
  const use = (device: string) => {
    const filesystem = placement.filesystems.find((one) => one.device === device);
    const dirs = placement.mounts
      .filter((one) => one.device === device && one.node && one.dir.startsWith('/'))
      .map((one) => one.dir);
    return [filesystem?.type ?? '', ...dirs].filter(Boolean).join(' ');
  };
  const rows: string[][] = [['IN THE SCRIPT', '', 'HERE', '', 'WHAT']];
  for (const disk of layout.disks) {
    const here = assigned.get(disk.name);
    const known = [here?.bus, here?.model, here?.serial].filter(Boolean).join(' ');
    rows.push([disk.name, disk.label, here?.node ?? '', here ? showSize(here.bytes) : '', known]);
    for (const part of disk.parts) {
      const name = partName(disk.name, part.number);
      const state = placement.parts[name];
      if (!state) continue;
      const marks = [state.added ? `added for ${placement.firmware.toUpperCase()}` : '', state.keep ? 'kept' : ''];
      const what = [showPartType(state.type), use(name), ...marks].filter(Boolean).join(', ');
      rows.push([
        state.added ? '-' : `  ${name}`,
        state.added ? '' : wished(part.sizeBytes, part.minBytes),
        state.node,
        showSize(state.sizeBytes),
        what,
      ]);
    }
  }
  for (const raid of layout.raids) {
    const state = placement.volumes[raid.name];
    if (state) rows.push([raid.name, `level ${raid.level}`, state.node, showSize(state.sizeBytes), use(raid.name)]);
  }
  for (const group of layout.groups)
    for (const volume of group.volumes) {
      const name = volumeName(group.name, volume.name);
      const state = placement.volumes[name];
      if (state)
        rows.push([name, wished(volume.sizeBytes, volume.minBytes), state.node, showSize(state.sizeBytes), use(name)]);
    }
  for (const { path, sizeBytes } of layout.swapFiles) rows.push([path, '', '', showSize(sizeBytes), 'swap file']);
  const lines = [table(rows, '  ')];
  if (image)
    lines.push(
      `  image ${image.name}: ${showSize(image.bytes)} in ${image.inodes} files and directories${
        image.splitLinks.length > 0
          ? `; ${image.splitLinks.length} groups of hard links cross these mounts and are copied`
          : ''
      }`,
    );
  return lines.join('\n');
}
