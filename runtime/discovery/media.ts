import { maxLocalCfgBytes, parseLocalCfg } from '../../common/model/local-cfg.ts';
import type { SettingName, SourceName } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Watch } from './backoff.ts';
import type { BlkidFacts } from '../../machine/blkid.ts';
import { type BlockDevice, probeBlockDevices, probeContents } from './block-devices.ts';
import type { Found } from './decide.ts';
import { paths } from '../paths.ts';
import { withVolumes } from './volumes.ts';

/** A local.cfg as it was found. `where` is the device or file for people. */
export type FoundCfg = { where: string; values: Partial<Record<SettingName, string>> };

/**
 * Options that mount a filesystem without writing anything: `ro` alone replays the journal of these types (mount(8), ext4(5),
 * xfs(5), btrfs(5)). Hard disks are write-protected as well.
 */
export const readOnlyOptions: Record<string, string> = {
  ext3: 'ro,noload',
  ext4: 'ro,noload',
  xfs: 'ro,norecovery,nouuid',
  btrfs: 'ro,rescue=nologreplay',
  f2fs: 'ro,norecovery',
};

/** Types that blkid recognises and mount(8) refuses. */
export const noFilesystem = /^(swap|swsuspend|crypto_LUKS|.*_member|BitLocker|bcache|ceph_bluestore|zfs_.*)$/i;

/** Where the root of a system may be: the root, and the root subvolumes that Ubuntu, openSUSE and Debian make on btrfs. */
const systemFolders: Record<string, string[]> = { btrfs: ['.', '@', '@rootfs'] };

/** Files of the initrd: a file that the boot medium carried in counts as removable. */
const initrdFiles: { at: AbsPath; from: SourceName; detail: string }[] = [
  { at: '/local.cfg', from: 'removable local.cfg', detail: '/local.cfg, carried in by the boot medium' },
  { at: '/etc/systemimager/local.cfg', from: 'initrd local.cfg', detail: '/etc/systemimager/local.cfg' },
];

/** Looks at a filesystem that is mounted at `root`; `folders`: the roots of systems in it, seen from `root`. */
export type Visit = (root: AbsPath, folders: readonly string[], node: string, from: SourceName) => Promise<void>;

/** Looks for local.cfg in the initrd, on floppies, on other removable media and, unless they are to be skipped, on hard disks. */
export async function readLocalCfgs(
  io: Io,
  { signal, say }: Watch,
  { skipsHardDisks = false, visit }: { skipsHardDisks?: boolean; visit?: Visit } = {},
): Promise<Found[]> {
  const found = new Map<SourceName, FoundCfg[]>();
  const add = (from: SourceName, cfg: FoundCfg | undefined) =>
    cfg && found.set(from, [...(found.get(from) ?? []), cfg]);
  for (const { at, from, detail } of initrdFiles) add(from, await readCfg(io, at, detail, say));

  const look = async (devices: readonly BlockDevice[], from: SourceName) => {
    const contents = await probeContents(io, devices);
    for (const content of contents) {
      signal?.throwIfAborted();
      if (!noFilesystem.test(content.type)) add(from, await readFrom(io, content, from, say, visit));
    }
    return contents;
  };
  const devices = await probeBlockDevices(io);
  const removable = devices.filter((device) => device.isRemovable);
  for (const isFloppy of [true, false])
    await look(
      removable.filter((device) => device.isFloppy === isFloppy),
      isFloppy ? 'floppy local.cfg' : 'removable local.cfg',
    );
  const all = () => [...found].flatMap(([from, cfgs]) => mergeCfgs(from, cfgs) ?? []);
  if (skipsHardDisks) return all();
  const contents = await look(
    devices.filter((device) => !device.isRemovable),
    'hard disk local.cfg',
  );
  await withVolumes(io, contents, say, async () => {
    const seen = new Set(devices.map((device) => device.name));
    const volumes = (await probeBlockDevices(io)).filter((device) => !seen.has(device.name));
    return look(volumes, 'hard disk local.cfg');
  });
  return all();
}

/** The one local.cfg of a kind of source. Two files with different settings are a UserError that shows both. */
export function mergeCfgs(from: SourceName, all: readonly FoundCfg[]): Found | undefined {
  const cfgs = all.filter(({ values }) => Object.keys(values).length > 0);
  const [first] = cfgs;
  if (!first) return undefined;
  const print = ({ values }: FoundCfg) =>
    Object.entries(values)

      .map(([name, value]) => `${name}=${value}`)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join(' ');
  const other = cfgs.find((cfg) => print(cfg) !== print(first));
  if (other)
    throw new UserError(
      `two local.cfg say different things:\n    ${first.where}: ${print(first)}\n    ${other.where}: ${print(other)}`,
      'Remove one of the two files, and type the different values at the boot prompt.',
    );
  return { from, detail: cfgs.map((cfg) => cfg.where).join(' and '), values: first.values };
}

async function readFrom(
  io: Io,
  content: BlkidFacts,
  from: SourceName,
  say: Watch['say'],
  visit: Visit | undefined,
): Promise<FoundCfg | undefined> {
  const { node, type } = content;
  const isHardDisk = from === 'hard disk local.cfg';
  const options = readOnlyOptions[type] ?? 'ro';
  await io.mkdir(paths.media);
  const protect = async (how: '--setro' | '--setrw') => {
    if (isHardDisk) await io.run({ argv: ['blockdev', how, node] });
  };
  await protect('--setro');
  try {
    const mounted = await io.run({ argv: ['mount', '-t', type, '-o', options, node, paths.media] });
    if (mounted.code !== 0) {
      say(`${node} (${type}) is passed over: BOEL cannot read the filesystem, or only with a change to the disk`);
      return undefined;
    }
    try {
      const folders = systemFolders[type] ?? ['.'];
      await visit?.(paths.media, folders, node, from);
      for (const folder of folders) {
        const cfg = await readCfg(io, under(paths.media, folder, 'local.cfg'), node, say);
        if (cfg) return cfg;
      }
      return undefined;
    } finally {
      await io.run({ argv: ['umount', paths.media] });
    }
  } finally {
    await protect('--setrw');
  }
}

async function readCfg(io: Io, at: AbsPath, where: string, say: Watch['say']): Promise<FoundCfg | undefined> {
  const facts = await io.lstat(at);
  if (!facts) return undefined;
  const name = where.includes('local.cfg') ? where : `local.cfg on ${where}`;
  // A link could lead out of the medium, into this machine.
  if (facts.kind !== 'file')
    throw new UserError(`${name} is no plain file (${facts.kind})`, `Replace ${name} by a file, or remove ${name}.`);
  if (facts.sizeBytes > maxLocalCfgBytes)
    throw new UserError(`${name} has ${facts.sizeBytes} bytes`, 'A local.cfg is some lines of VARIABLE=value.');
  const { values, warnings } = parseLocalCfg((await io.read(at)) ?? '', name);
  for (const warning of warnings) say(warning);
  say(`Found ${name}`);
  return { where, values };
}
