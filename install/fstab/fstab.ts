import type { State } from '../../common/model/state.ts';
import { writeField } from '../../common/system/octal.ts';

/** True where a line's tag means something else here: a kept filesystem has its own label and UUIDs. */
function isStale(
  text: string,
  filesystem: State['filesystems'][number],
  part: State['parts'][string] | undefined,
): boolean {
  const [, tag, value = ''] = /^(UUID|LABEL|PARTUUID|PARTLABEL)=(.*)$/.exec(text) ?? [];
  switch (tag ?? '') {
    case 'LABEL':
      return value !== filesystem.label;
    case 'UUID':
      return value.toLowerCase() !== filesystem.uuid.toLowerCase();
    case 'PARTLABEL':
      return part !== undefined && value !== part.name;
    case 'PARTUUID':
      return part !== undefined && value.toLowerCase() !== part.partuuid.toLowerCase();
    default:
      return false;
  }
}

/**
 * UUID= for a line that names a device node, which may be called otherwise here, or a tag that does not hold here; all else,
 * volumes too, as it is.
 */
function spec(mount: State['mounts'][number], state: Pick<State, 'filesystems' | 'parts' | 'volumes'>): string {
  if (mount.device === undefined) return mount.spec;
  const filesystem = state.filesystems.find((one) => one.device === mount.device);
  const part = state.parts[mount.device];
  if (!mount.spec.startsWith('/dev/'))
    return filesystem?.uuid && isStale(mount.spec, filesystem, part) ? `UUID=${filesystem.uuid}` : mount.spec;
  // A logical volume is called the same everywhere, and a snapshot of it would have the same UUID.
  if (state.volumes[mount.device]?.kind === 'lv') return mount.spec;
  if (filesystem?.uuid) return `UUID=${filesystem.uuid}`;
  return part?.partuuid ? `PARTUUID=${part.partuuid}` : (mount.node ?? mount.spec);
}

/** The text of /etc/fstab for this machine. */
export function formatFstab(state: Pick<State, 'filesystems' | 'parts' | 'volumes' | 'mounts' | 'image'>): string {
  const rows = state.mounts.map((mount) =>
    [
      writeField(spec(mount, state)),
      writeField(mount.dir),
      mount.type,
      writeField(mount.options),
      mount.freq,
      mount.passno,
    ].join('\t'),
  );
  return [
    `# fstab(5) of image ${state.image?.name ?? '(unknown)'}, from the [mounts] of its autoinstall script.`,
    '# device\tdirectory\ttype\toptions\tdump\tpass',
    ...rows,
    '',
  ].join('\n');
}

/** Lines of an fstab that is there, by directory (or device for swap), which the new one does not have. */
export function linesLost(old: string, state: Pick<State, 'mounts'>): string[] {
  const kept = new Set(state.mounts.map((mount) => writeField(mount.dir)));
  const hasSwap = state.mounts.some((mount) => mount.type === 'swap');
  return old.split('\n').filter((line) => {
    const [device = '', dir = '', type] = line.trim().split(/\s+/);
    if (device === '' || device.startsWith('#')) return false;
    return type === 'swap' ? !hasSwap : !kept.has(dir);
  });
}
