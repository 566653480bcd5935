import { partType } from '../../common/model/layout/part-type.ts';
import type { PartState, State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';

/** The mount that holds `dir` of the installed machine. */
export function mountOf(state: Pick<State, 'mounts'>, dir: string): State['mounts'][number] | undefined {
  return state.mounts
    .filter((mount) => mount.node !== undefined && mount.type !== 'swap')
    .filter((mount) => mount.dir === '/' || dir === mount.dir || dir.startsWith(`${mount.dir}/`))
    .sort((a, b) => b.dir.length - a.dir.length)[0];
}

/** The partitions below a device of the layout: itself, or those of the volume's members. */
function partsBelow(state: Pick<State, 'parts' | 'volumes'>, device: string): PartState[] {
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

const isOfType = (part: PartState, state: State, name: 'uefi' | 'bios boot') => {
  const label = state.disks[part.disk]?.label;
  return label !== undefined && part.type.toUpperCase() === partType(name, label);
};

/** A BIOS reads grub from sectors before the first partition (dos) or from a BIOS boot partition (gpt). */
export function checkBiosBoot(state: State, disk: { name: string; node: AbsPath; label: 'gpt' | 'dos' }): void {
  if (disk.label === 'dos') return;
  if (Object.values(state.parts).some((part) => part.disk === disk.name && isOfType(part, state, 'bios boot'))) return;
  throw new UserError(
    `${disk.node} has a GPT and no BIOS boot partition: this machine’s BIOS could not start it`,
    'Give the layout a line such as `1 : size=1MiB, type="BIOS boot"`.',
  );
}

/** Where the EFI system partition is mounted in the installed machine. */
export function espDir(state: State): AbsPath {
  const parts = Object.entries(state.parts).filter(([, part]) => isOfType(part, state, 'uefi'));
  if (parts.length === 0)
    throw new UserError(
      'this machine starts by UEFI, and no disk of the layout has an EFI system partition',
      'Give the layout a line such as `2 : size=512MiB, type=uefi`, with a vfat filesystem on /boot/efi.',
    );
  const mount = state.mounts.find((one) => parts.some(([device]) => device === one.device));
  if (!mount)
    throw new UserError(
      `the EFI system partition ${parts[0]?.[1].node} is mounted nowhere`,
      `Give [mounts] a line such as \`${parts[0]?.[0]} /boot/efi vfat umask=0077 0 1\`.`,
    );
  return mount.dir as AbsPath;
}
