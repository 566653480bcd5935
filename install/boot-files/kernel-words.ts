import type { FilesystemState, Target } from '../../common/model/target.ts';
import { mountOf } from '../target/places.ts';

type Known = Pick<Target, 'mounts' | 'filesystems' | 'parts' | 'volumes'>;

/** Words on devices, addresses or the host name: kernel-parameters.txt, dracut.cmdline(7), initramfs-tools(7). */
const words =
  /(^|["'=]|(?<!\s)\s+)(root|rootfstype|rootflags|resume|RESUME|resume_offset|rd\.lvm\.lv|rd\.lvm\.vg|rd\.md\.uuid|rd\.luks\.(?:uuid|name)|rd_LVM_LV|rd_MD_UUID|GRUB_FORCE_PARTUUID|ip|ifname|rd\.route|systemd\.hostname|BOOTIF)=([^\s"']+)/g;

/** The line with this machine's root, resume and volumes; words that do not hold here are removed. */
export function trueWords(line: string, target: Known, hasInitramfs = true): string {
  const root = filesystemAt(target, '/');
  if (!root) return line;
  let dropsArrays = false;
  const isArrayHere = (uuid: string) =>
    Object.values(target.volumes).some((one) => one.kind === 'raid' && digits(one.uuid) === digits(uuid));
  const answer = (key: string, value: string): string | undefined => {
    switch (key) {
      case 'root':
        if (isOther(value) || names(value, root, target)) return value;
        return sourceOf(root, target, hasInitramfs && !value.startsWith('PARTUUID='));
      case 'GRUB_FORCE_PARTUUID':
        return names(`PARTUUID=${value}`, root, target) ? value : target.parts[root.device]?.partuuid;
      case 'rootfstype':
        return value.split(',').includes(root.type) ? value : root.type;
      case 'rootflags':
        return subvolumeFlags(value, target);
      case 'resume':
        return resumeOf(value, line, target);
      case 'RESUME':
        // `none` and `auto` are words of initramfs-tools(7).
        return ['none', 'auto'].includes(value) ? value : (resumeOf(value, line, target) ?? 'none');
      case 'resume_offset':
        return undefined;
      case 'rd.lvm.lv':
      case 'rd_LVM_LV':
        return `/dev/${value}` in target.volumes ? value : undefined;
      case 'rd.lvm.vg':
        return Object.values(target.volumes).some((one) => one.group === value) ? value : undefined;
      case 'rd.md.uuid':
      case 'rd_MD_UUID':
        if (isArrayHere(value)) return value;
        dropsArrays = true;
        return undefined;
      case 'ip':
        return isFixed(value) ? undefined : value;
      case 'ifname':
      case 'rd.route':
      case 'BOOTIF':
      // systemd prefers systemd.hostname= to /etc/hostname (systemd(1)).
      case 'systemd.hostname':
        return undefined;
      default:
        // A layout makes no encrypted volumes: an initramfs would wait for them.
        return undefined;
    }
  };
  const text = line.replace(words, (_, before: string, key: string, value: string) => {
    const now = answer(key, value);
    if (now !== undefined) return `${before}${key}=${now}`;
    return /["'=]$/.test(before) ? before : '';
  });
  const arrays = Object.values(target.volumes).filter((one) => one.kind === 'raid');
  // Once a line names one array, dracut starts only the arrays that the line names (dracut.cmdline(7)).
  if (!dropsArrays || arrays.length === 0 || /rd\.md\.uuid=/.test(text)) return text;
  return text.replace(/\broot=[^\s"']+/, (found) =>
    [found, ...arrays.map(({ uuid }) => `rd.md.uuid=${uuid}`)].join(' '),
  );
}

/** A setting of an initramfs in the form of sh(1): initramfs-tools(7), initramfs.conf(5). */
const setting = /^(\s*(?:export\s+)?(?:RESUME|IP)=)(["']?)([^"'\s]*)\2/;

/** A setting of initramfs-tools that holds here: with this machine's swap area, and with DHCP in place of a fixed address. */
export function trueSetting(line: string, target: Known): string {
  const [written, name = '', , value = ''] = setting.exec(line) ?? [];
  if (written === undefined) return line;
  const rest = line.slice(written.length);
  if (name.endsWith('IP=')) return isFixed(value) ? `${name}dhcp${rest}` : line;
  const now = trueWords(`RESUME=${value}`, target);
  return now === `RESUME=${value}` ? line : `${name}${now.slice('RESUME='.length)}${rest}`;
}

/** True for a fixed address in `ip=`, which an initramfs takes and NetworkManager keeps (dracut.cmdline(7), nfsroot.txt). */
const isFixed = (value: string) => /^(\d+\.\d+\.|\[)/.test(value);

/** The first word of a text that gives a fixed address. */
export const fixedAddressIn = (text: string): string | undefined =>
  /(?:^|[\s"'])(ip=(?:\d+\.\d+\.|\[)[^\s"']*)/.exec(text)?.[1];

const digits = (uuid: string) => uuid.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();

/** A root that is no device: nfs, live media, ZFS, or a root that systemd finds itself. */
const isOther = (value: string) => !/^(\/dev\/|(UUID|LABEL|PARTUUID|PARTLABEL)=)/.test(value) || value === '/dev/nfs';

function filesystemAt(target: Known, dir: string): FilesystemState | undefined {
  const device = mountOf(target, dir)?.device;
  return target.filesystems.find((one) => one.device === device);
}

/** True if a value names that filesystem here, by a name that stays the same at each start. */
function names(value: string, filesystem: FilesystemState, target: Known): boolean {
  const { device, node, uuid, label } = filesystem;
  const part = target.parts[device];
  const tags: [string, string | undefined][] = [
    ['uuid', uuid],
    ['label', label],
    ['partuuid', part?.partuuid],
    ['partlabel', part?.name],
  ];
  const isTagged = tags.some(([tag, own]) => {
    if (!own) return false;
    const isExact = tag.endsWith('label');
    const said = [`${tag.toUpperCase()}=${own}`, `/dev/disk/by-${tag}/${own}`];
    return isExact ? said.includes(value) : said.some((one) => one.toLowerCase() === value.toLowerCase());
  });
  return isTagged || (target.volumes[device]?.kind === 'lv' && (value === device || value === node));
}

/** The name by which a kernel finds the filesystem; without an initramfs, a kernel knows partitions only. */
function sourceOf({ device, node, uuid }: FilesystemState, target: Known, hasInitramfs: boolean): string {
  const partuuid = target.parts[device]?.partuuid;
  if (target.volumes[device]?.kind === 'lv') return node;
  if (partuuid && (!hasInitramfs || !uuid)) return `PARTUUID=${partuuid}`;
  return uuid ? `UUID=${uuid}` : node;
}

/** A swap area of this machine; undefined if the line means a swap file, whose place in its filesystem has changed. */
function resumeOf(value: string, line: string, target: Known): string | undefined {
  if (/\bresume_offset=/.test(line)) return undefined;
  const areas = target.filesystems.filter((one) => one.type === 'swap');
  if (areas.some((one) => names(value, one, target))) return value;
  const area = areas.find((one) => one.device === value) ?? areas[0];
  return area && sourceOf(area, target, true);
}

/** New subvolumes have new ids, so a flag names the subvolume by its path in the layout. */
function subvolumeFlags(value: string, target: Known): string | undefined {
  const isSubvolume = (one: string) => /^subvol(id)?=/.test(one);
  const [own] = (mountOf(target, '/')?.options ?? '').split(',').filter((one) => one.startsWith('subvol='));
  const path = (flag: string) => flag.replace(/^subvol=\/*/, '');
  const flags = value.split(',');
  const said = flags.filter(isSubvolume);
  if (
    said.length === 0 ||
    (own !== undefined && said.every((one) => one.startsWith('subvol=') && path(one) === path(own)))
  )
    return value;
  const kept = [...flags.filter((one) => !isSubvolume(one)), ...(own === undefined ? [] : [own])];
  return kept.length === 0 ? undefined : kept.join(',');
}
