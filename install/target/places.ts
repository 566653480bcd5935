import type { PartState, Target } from '../../common/model/target.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The mount that holds `dir` of the installed machine. */
export function mountOf(target: Pick<Target, 'mounts'>, dir: string): Target['mounts'][number] | undefined {
  return target.mounts
    .filter((mount) => mount.node !== undefined && mount.dir.startsWith('/'))
    .filter((mount) => mount.dir === '/' || dir === mount.dir || dir.startsWith(`${mount.dir}/`))
    .sort((a, b) => b.dir.length - a.dir.length)[0];
}

/** The partitions below a device of the layout: itself, or those of the volume's members. */
export function partsBelow(target: Pick<Target, 'parts' | 'volumes'>, device: string): PartState[] {
  const part = target.parts[device];
  if (part) return [part];
  return target.volumes[device]?.members.flatMap((member) => partsBelow(target, member)) ?? [];
}

/** The disks from which `dir` is read, each with its name in the script and its node here; a mirror has several. */
export function disksOf(target: Target, dir: string): { name: string; node: AbsPath; label: 'gpt' | 'dos' }[] {
  const device = mountOf(target, dir)?.device;
  const names = new Set(device === undefined ? [] : partsBelow(target, device).map((part) => part.disk));
  return [...names].flatMap((name) => {
    const disk = target.disks[name];
    return disk ? [{ name, node: disk.node, label: disk.label }] : [];
  });
}

/** The UUID of the filesystem that holds `dir`. */
export function uuidOf(target: Pick<Target, 'mounts' | 'filesystems'>, dir: string): string | undefined {
  const device = mountOf(target, dir)?.device;
  return target.filesystems.find((one) => one.device === device)?.uuid || undefined;
}
