import type { GoldenMount } from './description.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';

/** Whether a mount's content goes into the image; `why` is for the console, if the choice may surprise. */
export type Choice = {
  dir: string;
  taken: boolean;
  why?: string;
  /** Left out only because nobody has named it: a person may be asked. */
  mayBeAsked?: true;
  /** Not even root may look at the directory itself. */
  isClosed?: true;
};

/** Types that never hold an administrator's files; they are left out without a word. */
const pseudo =
  /^(proc|sysfs|tmpfs|devtmpfs|devpts|cgroup2?|securityfs|debugfs|tracefs|configfs|efivarfs|pstore|bpf|mqueue|hugetlbfs|binfmt_misc|fusectl|rpc_pipefs|ramfs|autofs|nsfs|selinuxfs|squashfs)$/;

/** Why a local filesystem is left out although an installation could make it. */
const notNamed = ({ device, dir }: GoldenMount) => `${device} is not in /etc/fstab (--also ${dir} takes it)`;

/** A FUSE filesystem of a user answers nobody else, not even lstat(2) by root (mount.fuse3(8), allow_other). */
const isClosed = ({ type, options }: GoldenMount) =>
  /^fuse(blk)?(\.|$)/.test(type) &&
  /(^|,)user_id=(?!0(,|$))/.test(options) &&
  !/(^|,)allow_(other|root)(,|$)/.test(options);

/** True if both mounts show the same filesystem. */
const isSame = (a: GoldenMount, b: GoldenMount) =>
  a.devno !== undefined ? a.devno === b.devno : a.device === b.device && a.device.startsWith('/');

const below = (dir: string, outer: string) => outer === '/' || dir === outer || dir.startsWith(`${outer}/`);
const join = (dir: string, rest: string) => `${dir === '/' ? '' : dir}${rest}` || '/';

/**
 * Decides for each mount whether its files belong to the image: those of local filesystems that an installation makes and
 * that fstab or the administrator names. A directory that is shown a second time (bind mount, the top of a btrfs beside
 * its subvolumes) is taken once.
 */
export function chooseMounts(
  mounts: readonly GoldenMount[],
  options: {
    inFstab: (mount: GoldenMount) => boolean;
    /** On a disk that prepareclient left out. */
    isExcluded: (mount: GoldenMount) => boolean;
    alsoTake: readonly string[];
  },
): Choice[] {
  // Of mounts on top of each other only the last is seen.
  const seen = mounts.filter((one, at) => !mounts.slice(at + 1).some((later) => later.dir === one.dir));
  const taken: GoldenMount[] = seen.filter((one) => one.dir === '/');
  const choices: Choice[] = [{ dir: '/', taken: true }];
  for (const mount of seen.filter((one) => one.dir !== '/').toSorted((a, b) => a.dir.length - b.dir.length)) {
    const why = whyNot(mount, taken, seen, options);
    if (why === undefined) taken.push(mount);
    const mayBeAsked = why === notNamed(mount) ? { mayBeAsked: true as const } : {};
    const closed = isClosed(mount) ? { isClosed: true as const } : {};
    choices.push({ dir: mount.dir, taken: why === undefined, why: why || undefined, ...mayBeAsked, ...closed });
  }
  return choices;
}

/** The directory in which snapper(8) keeps earlier states of a btrfs subvolume: subvolumes, mounted or not. */
const snapshots = '.snapshots';

/** Patterns that leave out earlier states of files in the image, and why; none if the administrator wants these states. */
export function excludeSnapshots(
  mounts: readonly GoldenMount[],
  choices: readonly Choice[],
  alsoTake: readonly string[],
): { patterns: string[]; why?: string } {
  const isTaken = (dir: string) => choices.some((one) => one.dir === dir && one.taken);
  const hasBtrfs = mounts.some(({ type, dir }) => type === 'btrfs' && isTaken(dir));
  if (!hasBtrfs || alsoTake.some((dir) => dir.endsWith(`/${snapshots}`))) return { patterns: [] };
  const why = `left out: what is in ${snapshots}: earlier states of a btrfs, as snapper keeps them (--also /${snapshots} takes them)`;
  return { patterns: [`${snapshots}/*`], why };
}

/** Why a mount is left out: undefined if it is taken, an empty text if nobody needs to know the reason. */
function whyNot(
  mount: GoldenMount,
  taken: readonly GoldenMount[],
  all: readonly GoldenMount[],
  { inFstab, isExcluded, alsoTake }: Parameters<typeof chooseMounts>[1],
): string | undefined {
  if (pseudo.test(mount.type)) return '';
  const isAsked = alsoTake.includes(mount.dir);
  if (isExcluded(mount) && !isAsked) return `prepareclient left out ${mount.device}`;
  const filesystem = findFilesystem(mount.type);
  if (!filesystem || filesystem.name === 'swap')
    return `${mount.type} (${mount.device}) is no local filesystem that an installation makes`;
  const twin = taken.find((one) => isSame(one, mount) && below(mount.root, one.root));
  if (twin) {
    const place = join(twin.dir, mount.root.slice(twin.root === '/' ? 0 : twin.root.length));
    // A mount in just the place where the outer mount shows it anyway, as a btrfs subvolume, is no second one.
    if (place !== mount.dir) return `the same files as ${place}, shown a second time`;
  }
  const inner = all.find(
    (one) =>
      one !== mount &&
      one.dir !== mount.dir &&
      isSame(one, mount) &&
      below(one.root, mount.root) &&
      one.root !== mount.root,
  );
  if (inner && !isAsked) return `this mount shows ${inner.dir} a second time`;
  if (isAsked || inFstab(mount)) return undefined;
  // A mount of the kernel or of systemd inside a pseudo filesystem is no administrator's disk.
  if (all.some((one) => one.dir !== '/' && one !== mount && pseudo.test(one.type) && below(mount.dir, one.dir)))
    return '';
  return notNamed(mount);
}
