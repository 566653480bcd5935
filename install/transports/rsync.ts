import { under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import {
  daemonPlace,
  rsyncHints,
  rsyncManners,
  rsyncNeeds,
  rsyncPattern,
  type RsyncPlace,
  rsyncRetry,
} from './rsync-daemon.ts';
import type { ServerTransport, TreePart } from './transport.ts';

/** The folder beside a file in which its new content grows. */
export const partialDir = '.boel-partial';

/** Partial files are kept and resumed; a silent server is noticed in a minute. */
const always = ({ options }: RsyncPlace) => [
  `--partial-dir=${partialDir}`,
  '--timeout=60',
  ...options,
  '--info=progress2',
  '--no-human-readable',
  '--outbuf=L',
];

/** Filters that leave one directory, whether the source has it or not. */
function onlyBelow(dir: string): string[] {
  const parts = dir.split('/').filter(Boolean);
  const parents = parts.slice(0, -1).map((_, at) => `/${parts.slice(0, at + 1).join('/')}/`);
  return [
    ...parents.map((parent) => `--include=${rsyncPattern(parent)}`),
    `--include=${rsyncPattern(dir)}/***`,
    '--exclude=*',
  ];
}

/** Names on standard input: the names to bring, or the names to leave out. */
function names({ only, withoutNames }: TreePart): { args: string[]; stdin?: string } {
  const list = (all: readonly string[]) => all.map((name) => `${name}\0`).join('');
  if (only) return { args: ['--from0', '--files-from=-', '--no-implied-dirs'], stdin: list(only) };
  if (withoutNames.length === 0) return { args: [] };
  return { args: ['--from0', '--exclude-from=-'], stdin: list(withoutNames.map(rsyncPattern)) };
}

/** Brings a part of a tree from a place of rsync(1). */
export function rsyncTree(place: RsyncPlace, part: TreePart): Step {
  const { args, ...stdin } = names(part);
  const protect = part.exact?.protect.map((dir) => `--filter=P ${rsyncPattern(dir)}/`) ?? [];
  return {
    why: part.why,
    kind: 'run',
    argv: [
      'rsync',
      ...rsyncManners[part.manner],
      ...always(place),
      ...(part.staged ? ['--delay-updates'] : []),
      ...(part.exact ? ['--delete', '--filter=P lost+found/', ...protect] : []),
      ...part.withoutDirs.map((dir) => `--exclude=${rsyncPattern(dir)}/`),
      ...(part.below === undefined ? [] : onlyBelow(part.below)),
      ...args,
      place.at(`${part.from}/`),
      `${part.root}/`,
    ],
    ...stdin,
    retry: rsyncRetry,
    hints: rsyncHints,
    progress: { kind: 'rsync-progress2', totalBytes: part.totalBytes },
    writes: (part.only ?? ['/']).map((path) => ({ root: part.root, path: under('/', path) })),
  };
}

/** The default transport: a pull from the server's rsync daemon, rsync(1). */
export const rsync = {
  name: 'rsync',
  needs: rsyncNeeds,
  keeps: ['owners', 'links', 'hard links', 'ACLs', 'extended attributes', 'holes'],
  tree: (server, part) => rsyncTree(daemonPlace(server), part),
} satisfies ServerTransport;
