import type { Needs } from '../../common/model/needs.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Exit } from '../../common/system/io.ts';
import type { Retry, Step } from '../../common/system/step.ts';
import type { FetchMount, FetchRequest, Transport } from './transport.ts';

/** What carries files from the server's rsync daemon. */
export const rsyncNeeds: Needs = { programs: { '/usr/bin/rsync': 'rsync' }, modules: [] };

/**
 * On the way to a daemon: one that does not answer is noticed, and no small message waits 40 ms for the receipt of the one before
 * (tcp(7), TCP_NODELAY).
 */
export const toDaemon = ['--contimeout=20', '--sockopts=TCP_NODELAY'];

/** Owners, links, ACLs, xattrs, holes; what was half done is kept and resumed; a silent server is noticed in a minute. */
export const keepEverything = ['-aHAXS', '--numeric-ids'];
const always = [
  '--partial-dir=.boel-partial',
  '--timeout=60',
  ...toDaemon,
  '--info=progress2',
  '--no-human-readable',
  '--outbuf=L',
];
/** FAT knows no owners, no links, and no time finer than 2 s. */
const fatOnly = ['-rt', '--modify-window=2'];

/** About 25 minutes of trying: 2, 4, 8 … 60 s apart. */
export const patience = { times: 30, firstDelayMs: 2000 };

/** Exit codes of rsync(1) after which another attempt may succeed, in words. */
const passing: Record<number, string> = {
  10: 'the connection broke',
  12: 'the connection broke in the middle of a file',
  // Of a daemon that is told to end its client hears this code.
  20: 'the server was stopped',
  30: 'the server said nothing for a minute',
  35: 'the server did not answer',
};

/** Why rsync ended, where the server may be there again later; rsync(1) "EXIT VALUES". */
export function passingReason(exit: Exit): string | undefined {
  // The server ends a connection without a word where too many come from one address.
  const isFull = /max connections|did not see server greeting/.test(exit.stderr + exit.stdout);
  if (exit.code === 5 && isFull) return 'the server is full';
  return passing[exit.code];
}

/** When to run rsync again. */
export const rsyncRetry: Retry = {
  ...patience,
  when(exit: Exit, before: readonly Exit[]) {
    const reason = passingReason(exit);
    if (reason !== undefined) return reason;
    if (exit.code === 23 || exit.code === 24)
      return !before.some((one) => one.code === exit.code) && 'some files did not arrive';
    return false;
  },
};

/** What a person can do about rsync's exit codes. */
export const rsyncHints: Record<number, string> = {
  5: 'The server refused: check the name with `systemimager lsimage`, and `networks` in its server.toml.',
  10: 'Check that the image server runs `systemimager serve` and that its port is open.',
  11: 'Check with df that the target is large enough, and dmesg for errors of the disk.',
  12: 'Look into the server’s log /var/log/systemimager/rsyncd.log.',
  20: 'Check that the image server runs `systemimager serve`.',
  23: 'The files are named above.',
  24: 'The image changed during the pull; try again when the server is done with it.',
  30: 'Check the network and the load of the server.',
  35: 'Check that the image server runs `systemimager serve` and that its port is open.',
};

/** rsync://SERVER:PORT/PATH/, with brackets around an IPv6 address. */
export function rsyncUrl(server: string, port: number, path: string): string {
  return `rsync://${server.includes(':') ? `[${server}]` : server}:${port}/${path}/`;
}

/** A path as an rsync pattern that matches only itself; a backslash is special only beside a wildcard. */
export function rsyncPattern(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, '\\$&') : path;
}

export type Pull = Pick<FetchRequest, 'target' | 'mounts' | 'splitLinks' | 'totalBytes'> & {
  url: string;
  /** What is pulled, for the reasons shown: `image web_v1`. */
  what: string;
  /** Remove what the source does not have. */
  exact: boolean;
  /** Bring only these paths; directories that are not among them keep the owner and mode that they have here. */
  only?: string[];
};

/**
 * Pulls a tree onto mounted filesystems: first all that keep owners and links, then the others (vfat) by a call each, then
 * the names of hard links that the mounts split. `only` goes without split names: both are read from standard input.
 */
export function rsyncPull(pull: Pull): Step[] {
  const below = pull.mounts.filter((mount) => mount.dir !== '/');
  const plain = below.filter((mount) => !mount.posix && !mount.keep);
  const apart = below.filter((mount) => !mount.posix || mount.keep);
  checkNested(pull.mounts);
  const protect = below.map((mount) => `--filter=P ${rsyncPattern(mount.dir)}/`);
  const exact = pull.exact ? ['--delete', '--filter=P lost+found/', ...protect] : [];
  const split = splitNames(pull);
  const apartBytes = apart.reduce((sum, mount) => sum + (mount.bytes ?? 0), 0);
  const list = pull.only?.map((name) => `${name}\0`).join('');
  const listed = list === undefined ? [] : ['--from0', '--files-from=-', '--no-implied-dirs'];
  const run = (why: string, args: string[], totalBytes: number | undefined, stdin = list): Step => ({
    why,
    kind: 'run',
    argv: ['rsync', ...args, ...listed, pull.url, `${pull.target}/`],
    retry: rsyncRetry,
    hints: rsyncHints,
    progress: { kind: 'rsync-progress2', ...(totalBytes === undefined ? {} : { totalBytes }) },
    ...(stdin === undefined ? {} : { stdin }),
    writes: [{ root: pull.target, path: '/' }],
  });
  const main = run(
    `Pull ${pull.what}`,
    [
      ...keepEverything,
      ...always,
      ...exact,
      ...apart.map((mount) => `--exclude=${rsyncPattern(mount.dir)}/`),
      ...(split.length > 0 ? ['--from0', '--exclude-from=-'] : []),
    ],
    pull.totalBytes === undefined ? undefined : Math.max(0, pull.totalBytes - apartBytes),
    split.length > 0
      ? split.flatMap(({ names }) => names.map((name) => `${rsyncPattern(name)}\0`)).join('')
      : undefined,
  );
  return [
    main,
    ...plain.map((mount) =>
      run(
        `Pull ${mount.dir} of ${pull.what}, which is no Unix filesystem`,
        [...fatOnly, ...always, ...exact, ...onlyBelow(mount.dir)],
        mount.bytes,
      ),
    ),
    ...split.map(({ dir, names }) =>
      run(
        `Copy ${names.length} hard-linked names of ${pull.what} to ${dir}, another filesystem than that of their first name`,
        [...keepEverything, ...always, '--from0', '--files-from=-'],
        undefined,
        names.map((name) => `${name}\0`).join(''),
      ),
    ),
  ];
}

/** What is left out of the first call is left out with all below it. */
function checkNested(mounts: readonly FetchMount[]): void {
  const root = mounts.find((mount) => mount.dir === '/');
  if (root?.keep)
    throw new UserError(
      'the root filesystem is kept, so nothing can be brought to it',
      'Take `keep` off its partition.',
    );
  for (const outer of mounts)
    for (const inner of mounts)
      if ((!outer.posix || outer.keep) && outer.dir !== '/' && inner.dir.startsWith(`${outer.dir}/`) && !inner.keep)
        throw new UserError(
          `${inner.dir} lies below ${outer.dir}, which is ${outer.keep ? 'kept' : 'no Unix filesystem'}: it would stay empty`,
          'Mount it elsewhere in [mounts].',
        );
}

/** Filters that leave one directory, whether the source has it or not. */
function onlyBelow(dir: string): string[] {
  const names = dir.split('/').filter(Boolean);
  const parents = names.slice(0, -1).map((_, at) => `/${names.slice(0, at + 1).join('/')}/`);
  return [
    ...parents.map((parent) => `--include=${rsyncPattern(parent)}`),
    `--include=${rsyncPattern(dir)}/***`,
    '--exclude=*',
  ];
}

/** Of each split group, the names on another mount than the first name's, by mount. rsync cannot link across (EXDEV). */
function splitNames({ mounts, splitLinks }: Pull): { dir: string; names: string[] }[] {
  const deepestFirst = [...mounts].sort((a, b) => b.dir.length - a.dir.length);
  const mountOf = (name: string) =>
    deepestFirst.find(({ dir }) => dir === '/' || name === dir || name.startsWith(`${dir}/`));
  const found = new Map<string, string[]>();
  for (const [first = '', ...others] of splitLinks)
    for (const name of others) {
      const mount = mountOf(name);
      if (!mount?.posix || mount.keep || mount === mountOf(first)) continue;
      found.set(mount.dir, [...(found.get(mount.dir) ?? []), name]);
    }
  return [...found].map(([dir, names]) => ({ dir, names }));
}

/** The default transport: a pull from the module named as the image. */
export const rsync = {
  name: 'rsync',
  needs: rsyncNeeds,
  fetchImage: (request) =>
    rsyncPull({
      ...request,
      url: rsyncUrl(request.server, request.port, request.image),
      what: `image ${request.image}`,
      exact: true,
    }),
} satisfies Transport;
