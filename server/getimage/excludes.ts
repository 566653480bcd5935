import type { GoldenMount } from './description.ts';
import { findFilesystem } from '../../install/filesystems/index.ts';

/** What of a mount point's content goes into the image; `why` is for the console where that may surprise. */
export type Choice = {
  dir: string;
  taken: boolean;
  why?: string;
  /** Only because nobody has said so: a person may be asked. */
  mayBeAsked?: true;
  /** Not even root may look at the directory itself. */
  isClosed?: true;
};

/** Types that are never an administrator's files; nobody is told that they stay out. */
const pseudo =
  /^(proc|sysfs|tmpfs|devtmpfs|devpts|cgroup2?|securityfs|debugfs|tracefs|configfs|efivarfs|pstore|bpf|mqueue|hugetlbfs|binfmt_misc|fusectl|rpc_pipefs|ramfs|autofs|nsfs|selinuxfs|squashfs)$/;

/** Why a local filesystem stays out that an installation could make. */
const notNamed = ({ device, dir }: GoldenMount) => `${device} is not in /etc/fstab (--also ${dir} takes it)`;

/** A filesystem of FUSE that some user mounted answers nobody else, not even lstat(2) by root (mount.fuse3(8), allow_other). */
const isClosed = ({ type, options }: GoldenMount) =>
  /^fuse(blk)?(\.|$)/.test(type) &&
  /(^|,)user_id=(?!0(,|$))/.test(options) &&
  !/(^|,)allow_(other|root)(,|$)/.test(options);

/** True where both show the same filesystem. */
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

/** Where snapper(8) keeps earlier states of a btrfs: subvolumes in the directory that they are of, mounted or not. */
const snapshots = '.snapshots';

/** Patterns for copies of what is in the image already, and why; none where the administrator wants them. */
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

/** Undefined where it is taken; an empty text where leaving it out needs no word. */
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
    // Mounted just where the outer one shows it anyway, as a btrfs subvolume of the top.
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
  // What the kernel or systemd mounted inside a pseudo filesystem is nobody's disk.
  if (all.some((one) => one.dir !== '/' && one !== mount && pseudo.test(one.type) && below(mount.dir, one.dir)))
    return '';
  return notNamed(mount);
}
