import { editFstabLine, type FstabLine, printFstabLine, readFstab } from '../../common/model/fstab.ts';
import { specTag } from '../../common/model/layout/mount-spec.ts';
import type { MountState, Target } from '../../common/model/target.ts';

type Known = Pick<Target, 'filesystems' | 'parts' | 'volumes' | 'mounts'>;

/** True if a line's tag does not mean this filesystem here: a kept filesystem has its own label and UUIDs. */
function isStale(
  text: string,
  filesystem: Target['filesystems'][number],
  part: Target['parts'][string] | undefined,
): boolean {
  const { tag, value = '' } = specTag(text) ?? {};
  switch (tag) {
    case 'LABEL':
      return value !== filesystem.label;
    case 'UUID':
      return value.toLowerCase() !== filesystem.uuid.toLowerCase();
    case 'PARTLABEL':
      return part !== undefined && value !== part.name;
    case 'PARTUUID':
      return part !== undefined && value.toLowerCase() !== part.partuuid.toLowerCase();
    case 'ID':
    case undefined:
      return false;
  }
}

/**
 * UUID= in place of a device node, which may have another name here, or of a tag that does not hold here; other names, also those
 * of logical volumes, stay.
 */
function spec(mount: MountState, target: Known): string {
  if (mount.device === undefined) return mount.spec;
  const filesystem = target.filesystems.find((one) => one.device === mount.device);
  const part = target.parts[mount.device];
  if (!mount.spec.startsWith('/dev/'))
    return filesystem?.uuid && isStale(mount.spec, filesystem, part) ? `UUID=${filesystem.uuid}` : mount.spec;
  // A logical volume has the same name everywhere, and its snapshots would have the same UUID.
  if (target.volumes[mount.device]?.kind === 'lv') return mount.spec;
  if (filesystem?.uuid) return `UUID=${filesystem.uuid}`;
  return part?.partuuid ? `PARTUUID=${part.partuuid}` : (mount.node ?? mount.spec);
}

type MountLine = FstabLine & { mount: NonNullable<FstabLine['mount']> };

/** A mount of the script as the installed fstab will have it, and the name of its device in the script. */
type Wanted = MountState & { scriptSpec: string };

/** Tests whether a mount of the script came from a line of the image's fstab, the surest test first. */
const alike: ((line: MountLine['mount'], mount: Wanted) => boolean)[] = [
  (a, b) => isSpec(a, b) && a.dir === b.dir && a.type === b.type && a.options === b.options,
  (a, b) => isSpec(a, b) && a.dir === b.dir,
  (a, b) => a.dir === b.dir && a.dir.startsWith('/') && a.type === b.type,
  (a, b) => a.dir === b.dir && a.dir.startsWith('/'),
  (a, b) => a.type === 'swap' && b.type === 'swap' && a.dir === b.dir,
];
const isSpec = (line: MountLine['mount'], wanted: Wanted) => [wanted.spec, wanted.scriptSpec].includes(line.spec);

/** The lines of the image's fstab from which mounts of the script came, each with its mount. */
function pairs(lines: readonly MountLine[], mounts: readonly Wanted[]): Map<MountLine, Wanted> {
  const found = new Map<MountLine, Wanted>();
  const paired = new Set<Wanted>();
  for (const isAlike of alike)
    for (const mount of mounts.filter((one) => !paired.has(one))) {
      const line = lines.find((one) => !found.has(one) && isAlike(one.mount, mount));
      if (!line) continue;
      found.set(line, mount);
      paired.add(mount);
    }
  return found;
}

const heading = (image: string) =>
  `# fstab(5) of image ${image}, from the [mounts] of its autoinstall script.\n# device\tdirectory\ttype\toptions\tdump\tpass\n`;

/**
 * The text of /etc/fstab for this machine: the image's text with the mounts of the script. Comments, order and spacing stay;
 * lines that the script lacks become comments, and are listed in `lost`; mounts that the image's fstab lacks come last.
 */
export function installedFstab(
  old: string | undefined,
  target: Known,
  image = '(unknown)',
): { text: string; lost: string[] } {
  const text = old?.trim() ? old : heading(image);
  const lines = readFstab(text);
  const isMount = (line: FstabLine): line is MountLine => line.mount !== undefined;
  const mounts = target.mounts.map((mount) => ({ ...mount, spec: spec(mount, target), scriptSpec: mount.spec }));
  const found = pairs(lines.filter(isMount), mounts);
  const lost: string[] = [];
  const kept = lines.map((line) => {
    if (!isMount(line)) return line.raw;
    const mount = found.get(line);
    if (mount) return editFstabLine(line, mount);
    lost.push(line.raw.trim());
    return `# not in the autoinstall script: ${line.raw}`;
  });
  const there = new Set(found.values());
  const added = mounts.filter((mount) => !there.has(mount)).map((mount) => `${printFstabLine(mount)}\n`);
  const end = added.length > 0 || text.endsWith('\n') ? '\n' : '';
  return { text: `${kept.join('\n')}${end}${added.join('')}`, lost };
}
