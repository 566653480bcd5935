import type { FilesystemState } from '../../common/model/target.ts';
import { here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';
import { dceUuid } from './shared/uuid.ts';

const MiB = 1024 ** 2;

/** Where the top of a new filesystem is mounted while its subvolumes are made. */
const workDir = '/run/boel/btrfs';

/** The directories around a subvolume, which must exist before the subvolume is made. */
function parentsOf(subvolume: string): string[] {
  const names = subvolume.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

/** Makes the subvolumes; `first` becomes the default, for mounts that name no subvolume. */
function makeSubvolumes(node: `/${string}`, subvolumes: readonly string[], first: string | undefined): Step[] {
  const sorted = subvolumes.toSorted((a, b) => a.split('/').length - b.split('/').length);
  const dirs = [...new Set(sorted.flatMap(parentsOf))].filter((dir) => !sorted.includes(dir));
  const steps: Step[] = [
    { kind: 'mkdir', why: `Make ${workDir}`, at: here(workDir) },
    {
      kind: 'mount',
      why: `Mount the top of ${node}`,
      source: node,
      at: here(workDir),
      type: 'btrfs',
      options: [],
      lasts: 'group',
    },
    ...sorted.flatMap((name): Step[] => [
      ...parentsOf(name)
        .filter((dir) => dirs.includes(dir))
        .map((dir): Step => ({ kind: 'mkdir', why: `Make ${dir}`, at: { root: workDir, path: `/${dir}` } })),
      {
        kind: 'run',
        why: `Make the subvolume ${name}`,
        argv: ['btrfs', 'subvolume', 'create', `${workDir}/${name}`],
      },
    ]),
    ...(first === undefined
      ? []
      : [
          {
            kind: 'run' as const,
            why: `Make ${first} the default subvolume`,
            argv: ['btrfs', 'subvolume', 'set-default', `${workDir}/${first}`] as const,
          },
        ]),
  ];
  return [{ kind: 'group', why: `Make the subvolumes of ${node}`, steps }];
}

function subvolumeSteps({ node, subvolumes, options }: FilesystemState): Step[] {
  const first = options['default-subvolume'];
  const all = [...new Set([...subvolumes, ...(first === undefined ? [] : [first])])];
  return all.length > 0 ? makeSubvolumes(node, all, first) : [];
}

/** btrfs on one device, with the subvolumes of [subvolumes] and of subvol= in [mounts]. `features=` goes to -O. */
export const btrfs = {
  name: 'btrfs',
  needs: {
    programs: { '/bin/btrfs': 'btrfs-progs', '/sbin/mkfs.btrfs': 'btrfs-progs' },
    modules: ['btrfs'],
    kernel: ['BTRFS_FS', 'BTRFS_FS_POSIX_ACL'],
  },
  optionNames: ['features', 'node-size', 'default-subvolume'],
  labelBytes: 255,
  // "minimum size for each btrfs device is 114294784" (mkfs.btrfs of btrfs-progs 6.2).
  minBytes: 109 * MiB,
  posix: true,
  ...dceUuid,
  make: (wish) => [
    makeStep(wish, [
      'mkfs.btrfs',
      '-q',
      '-f',
      ...flag('-O', wish.options.features),
      ...flag('-n', wish.options['node-size']),
      ...flag('-L', wish.label),
      ...flag('-U', wish.uuid),
      wish.node,
    ]),
    ...subvolumeSteps(wish),
  ],
  checkOptions({ 'node-size': size, 'default-subvolume': first }) {
    if (size !== undefined && !/^\d+[kK]?$/.test(size)) return 'node-size= is a number, as 16384 or 16k';
    const isPath = first === undefined || first.split('/').every((part) => !['', '.', '..'].includes(part));
    return isPath ? undefined : `default-subvolume=${first} is not the path of a subvolume, as @ or @/root`;
  },
  // Each file takes about 1 KiB of metadata, which is kept twice; content is rounded up to 4 KiB, but small files lie inline.
  bytesFor: ({ bytes, inodes }) => Math.ceil(bytes * 1.01 + inodes * 2 * 1024) + 64 * MiB,
} satisfies Filesystem;
