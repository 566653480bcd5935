import { subvolumeOf } from '../../common/model/layout/mount-spec.ts';
import type { FilesystemState, MountState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import type { Step } from '../../common/system/step.ts';
import type { MountFacts } from '../../common/system/mountinfo.ts';
import { filesystemOf } from '../filesystems/index.ts';
import { placeOf, type TargetTree, targetTrees, usedMounts } from './mounted.ts';

/** The mounts that exist already, and the swap areas in use. */
export type MountingFacts = { mounts: MountFacts[]; swaps: string[] };

/** Options of fstab that decide where or how content lies on the disk; all others wait for the installed system. */
const contentOptions = /^(subvol|subvolid|compress|compress-force|iocharset|codepage|shortname|nodatacow)(=|$)/;

/** Mounts the script's filesystems below `root`, shallow mount points first, and switches swap on. Existing mounts stay. */
export function planMount(facts: MountingFacts, target: Target, root: AbsPath): Step[] {
  const swaps = usedMounts(target).filter(({ filesystem }) => filesystem.type === 'swap');
  const areas = new Set(swaps.map(({ node }) => node));
  const trees = targetTrees(target);
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
    ...trees.flatMap((tree) => mountOne(tree, facts.mounts, root)),
  ];
}

function mountOne({ mount, filesystem, node }: TargetTree, mounted: MountFacts[], root: AbsPath): Step[] {
  const dir = placeOf(root, mount.dir);
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

/** The command that unmounts everything at or below a directory; umount(8) of busybox has no -R. */
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
