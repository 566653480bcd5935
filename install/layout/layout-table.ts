import type { ImageFacts } from '../../common/model/image-facts.ts';
import { type Layout, partName, volumeName } from '../../common/model/layout.ts';
import { showPartType } from '../../common/model/layout/part-type.ts';
import { showSize } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import type { Target } from '../../common/model/target.ts';
import { table } from '../../common/table.ts';

/** The table "in the script / here" that `layout` shows before anything is written. */
export function layoutTable(
  layout: Layout,
  target: Target,
  assigned: ReadonlyMap<string, DiskFacts>,
  image: ImageFacts | undefined,
): string {
  const wished = (size: number | undefined, min: number | undefined) =>
    `${size === undefined ? 'the rest' : showSize(size)}${min === undefined || min === size ? '' : ` (at least ${showSize(min)})`}`;
  const use = (device: string) => {
    const filesystem = target.filesystems.find((one) => one.device === device);
    const dirs = target.mounts
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
      const made = target.parts[name];
      if (!made) continue;
      const marks = [made.added ? `added for ${target.firmware.toUpperCase()}` : '', made.keep ? 'kept' : ''];
      const what = [showPartType(made.type), use(name), ...marks].filter(Boolean).join(', ');
      rows.push([
        made.added ? '-' : `  ${name}`,
        made.added ? '' : wished(part.sizeBytes, part.minBytes),
        made.node,
        showSize(made.sizeBytes),
        what,
      ]);
    }
  }
  for (const raid of layout.raids) {
    const made = target.volumes[raid.name];
    if (made) rows.push([raid.name, `level ${raid.level}`, made.node, showSize(made.sizeBytes), use(raid.name)]);
  }
  for (const group of layout.groups)
    for (const volume of group.volumes) {
      const name = volumeName(group.name, volume.name);
      const made = target.volumes[name];
      if (made)
        rows.push([name, wished(volume.sizeBytes, volume.minBytes), made.node, showSize(made.sizeBytes), use(name)]);
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
