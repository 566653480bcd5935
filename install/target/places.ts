import type { PartState, State } from '../../common/model/state.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The mount that holds `dir` of the installed machine. */
export function mountOf(state: Pick<State, 'mounts'>, dir: string): State['mounts'][number] | undefined {
  return state.mounts
    .filter((mount) => mount.node !== undefined && mount.dir.startsWith('/'))
    .filter((mount) => mount.dir === '/' || dir === mount.dir || dir.startsWith(`${mount.dir}/`))
    .sort((a, b) => b.dir.length - a.dir.length)[0];
}

/** The partitions below a device of the layout: itself, or those of the volume's members. */
export function partsBelow(state: Pick<State, 'parts' | 'volumes'>, device: string): PartState[] {
  const part = state.parts[device];
  if (part) return [part];
  return state.volumes[device]?.members.flatMap((member) => partsBelow(state, member)) ?? [];
}

/** The disks from which `dir` is read, each with the name of the script and its node here; a mirror has several. */
export function disksOf(state: State, dir: string): { name: string; node: AbsPath; label: 'gpt' | 'dos' }[] {
  const device = mountOf(state, dir)?.device;
  const names = new Set(device === undefined ? [] : partsBelow(state, device).map((part) => part.disk));
  return [...names].flatMap((name) => {
    const disk = state.disks[name];
    return disk ? [{ name, node: disk.node, label: disk.label }] : [];
  });
}

/** The UUID of the filesystem that holds `dir`. */
export function uuidOf(state: Pick<State, 'mounts' | 'filesystems'>, dir: string): string | undefined {
  const device = mountOf(state, dir)?.device;
  return state.filesystems.find((one) => one.device === device)?.uuid || undefined;
}
