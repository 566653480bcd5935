import { framesBelow, type Pack } from '../../common/pack/open-pack.ts';
import { plainMembers } from '../../common/pack/plain-members.ts';
import { bytesOf } from '../../common/system/text.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { rsyncManners, rsyncNeeds, rsyncPattern } from './rsync-daemon.ts';
import type { Manner, Transport, TreePart } from './transport.ts';

/** Stays empty: what a copy of it removes is removed. */
const emptyFolder: AbsPath = '/run/boel/empty';

const ifDamaged =
  'The filesystems are made, and hold only a part of the image: with a good medium, `boel resume` begins the copy again.';

/** GNU tar: extended attributes with their ACLs and capabilities, and owners in numbers; the time of a directory is set last. */
const manners: Record<Manner, string[]> = {
  whole: [
    '--numeric-owner',
    '--same-owner',
    '--same-permissions',
    '--xattrs',
    '--xattrs-include=*',
    '--delay-directory-restore',
  ],
  // FAT knows no owners and no links (plainMembers).
  bare: ['--no-same-owner', '--no-same-permissions'],
  programs: ['--no-same-owner', '--mode=0700'],
};

/** Removes what is in a directory; never `lost+found`, and nothing on the mount points below. */
function empty(root: AbsPath, dir: string, mountPoints: readonly string[]): Step {
  const top = dir === '/' ? '' : dir;
  const below = mountPoints
    .filter((one) => one !== dir && one.startsWith(`${top}/`))
    .map((one) => one.slice(top.length));
  const protect = below.map((one) => `--filter=P ${rsyncPattern(one)}/`);
  const to = under(root, dir, '/');
  return {
    why: `Remove what an earlier copy left in ${to}`,
    kind: 'run',
    argv: ['rsync', '-r', '--delete', '--filter=P lost+found/', ...protect, `${emptyFolder}/`, to],
  };
}

/** Copies the first name of each group to another filesystem, and links the others there. */
function copy({ root, copies = [], manner }: TreePart): Step[] {
  return copies.flatMap(([first = '', second = '', ...others]) => [
    {
      why: `Copy ${first} to ${second}`,
      kind: 'run',
      argv: ['rsync', ...rsyncManners[manner], under(root, first), under(root, second)],
    },
    ...others.map((name): Step => {
      return { why: `Link ${name}`, kind: 'run', argv: ['ln', '-f', under(root, second), under(root, name)] };
    }),
  ]);
}

/** From a pack on a medium: each frame is checked and read once, and tar(1) unpacks its content. */
export const medium = {
  name: 'medium',
  needs: { programs: { '/bin/tar': 'tar', ...rsyncNeeds.programs }, modules: [] },
  keeps: ['owners', 'links', 'hard links', 'ACLs', 'extended attributes', 'holes'],
  copiesOnFat: true,
  tree(pack: Pack, part: TreePart): Step {
    const { why, root, below, manner, exact, withoutDirs, withoutNames } = part;
    if (part.copies) return { why, kind: 'group', steps: copy(part) };
    const filled =
      below === undefined ? ['/', ...(exact?.protect.filter((dir) => !withoutDirs.includes(dir)) ?? [])] : [below];
    const folder = `${part.from}${below ?? ''}`;
    const unpack: Step = {
      why: `Unpack ${folder} from ${pack.file}`,
      kind: 'run',
      argv: [
        'tar',
        '--extract',
        '--file=-',
        `--directory=${root}`,
        `--strip-components=${part.from.split('/').length}`,
        ...manners[manner],
        '--anchored',
        '--no-wildcards',
        ...[...withoutDirs, ...withoutNames].map((name) => `--exclude=${part.from}${name}`),
        folder,
      ],
      stdin: {
        frames: framesBelow(pack, bytesOf(folder).toString('latin1')),
        ifDamaged,
        ...(manner === 'bare' && { through: (tar) => plainMembers(tar, pack.file) }),
      },
      hints: { 2: 'Check with df that the target is large enough, and dmesg for errors of the disk.' },
      writes: [{ root, path: under('/', below ?? '') }],
    };
    return {
      why,
      kind: 'group',
      steps: [
        ...(exact
          ? [
              { why: 'Make an empty folder', kind: 'mkdir' as const, at: here(emptyFolder) },
              ...filled.map((dir) => empty(root, dir, exact.protect)),
            ]
          : []),
        ...(part.isMissing ? [] : [unpack]),
      ],
    };
  },
} satisfies Transport & { tree(pack: Pack, part: TreePart): Step };
