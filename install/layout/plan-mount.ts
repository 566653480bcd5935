import { subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { FilesystemState, MountState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import type { Step } from '../../common/system/step.ts';
import type { MountFacts } from '../../machine/use.ts';
import { filesystemOf } from '../filesystems/index.ts';

/** What is mounted already, and which swap areas are in use. */
export type MountingFacts = { mounts: MountFacts[]; swaps: string[] };

/** Options of fstab that decide where or how content lies on the disk; all others wait for the installed system. */
const contentOptions = /^(subvol|subvolid|compress|compress-force|iocharset|codepage|shortname|nodatacow)(=|$)/;

/** Mounts the script's filesystems below `root`, shallow ones first, and switches swap on. What is mounted already stays. */
export function planMount(facts: MountingFacts, target: Target, root: AbsPath): Step[] {
  const ours = target.mounts.flatMap((mount) => {
    const filesystem = target.filesystems.find((one) => one.device === mount.device);
    return filesystem && mount.node ? [{ mount, filesystem, node: mount.node }] : [];
  });
  const areas = new Set(ours.filter(({ filesystem }) => filesystem.type === 'swap').map(({ node }) => node));
  const trees = ours
    .filter(({ mount, filesystem }) => filesystem.type !== 'swap' && mount.dir.startsWith('/'))
    .toSorted((a, b) => depth(a.mount.dir) - depth(b.mount.dir) || (a.mount.dir < b.mount.dir ? -1 : 1));
  if (trees[0]?.mount.dir !== '/')
    throw new UserError(
      'no filesystem of the layout is mounted on /',
      'Add a line for / to [mounts], and run `boel layout`.',
    );
  return [
    ...[...areas]
      .filter((node) => !facts.swaps.includes(node))
      .map(
        (node): Step => ({
          kind: 'run',
          why: `Use ${node} as swap during the installation`,
          argv: ['swapon', node],
        }),
      ),
    { kind: 'mkdir', why: `Make ${root}`, at: here(root) },
    ...trees.flatMap(({ mount, filesystem, node }) => mountOne(mount, filesystem, node, facts.mounts, root)),
  ];
}

function mountOne(
  mount: MountState,
  filesystem: FilesystemState,
  node: AbsPath,
  mounted: MountFacts[],
  root: AbsPath,
): Step[] {
  const dir: AbsPath = mount.dir === '/' ? root : `${root}${mount.dir as AbsPath}`;
  const top = mounted.findLast((one) => one.dir === dir);
  const options = installOptions(mount, filesystem);
  const subvolume = subvolumeOf(mount.options);
  if (top?.source === node && (subvolume === undefined || top.root === `/${subvolume}`)) return [];
  if (top)
    throw new UserError(
      `${top.source} is mounted on ${dir}, where ${node} belongs`,
      `Run: ${umountAll(root, mounted)}, and then \`boel mount\`.`,
    );
  const at = mount.dir === '/' ? here(root) : { root: root, path: mount.dir as AbsPath };
  return [
    ...(mount.dir === '/' ? [] : [{ kind: 'mkdir' as const, why: `Make ${dir}`, at }]),
    {
      kind: 'mount',
      why: `Mount ${node} on ${dir}`,
      source: node,
      at,
      type: filesystem.type,
      options,
      lasts: 'session',
    },
  ];
}

/** What takes away all that is mounted at or below a directory; umount(8) of busybox has no -R. */
export function umountAll(dir: string, mounted: readonly MountFacts[]): string {
  const dirs = mounted.map((one) => one.dir).filter((one) => one === dir || one.startsWith(`${dir}/`));
  return quoteArgv(['umount', ...dirs.toReversed()]);
}

function installOptions(mount: MountState, filesystem: FilesystemState): string[] {
  const wished = mount.options
    .split(',')
    .filter((option) => contentOptions.test(option))
    .map((option) => option.replace(/^subvol=.*/, () => `subvol=/${subvolumeOf(option)}`));
  return [...wished, ...(filesystemOf(filesystem.type).installMountOptions ?? [])];
}

const depth = (dir: string) => dir.split('/').filter(Boolean).length;
