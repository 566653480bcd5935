import type { Argv } from '../../common/system/io.ts';
import { unescapeName } from '../../install/transports/rsync-list.ts';
import { keepEverything, rsyncPattern, toDaemon } from '../../install/transports/rsync-daemon.ts';
import type { LocalRule } from './exclude-file.ts';

/** What kind of file the image has; `special` is a device, a pipe or a socket. */
export type FileKind = 'file' | 'dir' | 'link' | 'special';

/** A name that rsync(1) would change. Paths are relative to the updated directory, without a slash at the end. */
export type Difference = {
  path: string;
  kind: FileKind;
  /** `removed`: the image does not have the name. `details`: words for what differs. */
  change: 'new' | 'changed' | 'removed';
  details: string[];
  /** Of the image's file; 0 for a removed one. */
  sizeBytes: number;
  /** Time of the image's last change in rsync's words, as 2026/11/28-03:27:45. */
  mtime: string;
  /** The name with which a hard link shares its file. */
  sameAs?: string;
};

/** A name of the machine that a rule protects. */
export type Protected = { path: string; rule: LocalRule };

export type Scan = { differences: Difference[]; kept: Protected[] };

/** A server may have to read a million names before it says the next word. */
const patient = [...toDaemon, '--timeout=600'];

const format = '%i\t%l\t%M\t%L\t%n';
/** What lies outside of --only; not worth a line. */
const everythingElse = '*';

/** Filters that let an update see some paths alone, with all below them. */
function onlyPaths(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const parents = paths.flatMap((path) => {
    const parts = path.split('/').filter(Boolean);
    return parts.slice(0, -1).map((_, at) => `/${parts.slice(0, at + 1).join('/')}/`);
  });
  return [
    ...[...new Set(parents)].map((parent) => `--include=${rsyncPattern(parent)}`),
    ...paths.flatMap((path) => [`--include=${rsyncPattern(path)}`, `--include=${rsyncPattern(path)}/***`]),
    `--exclude=${everythingElse}`,
  ];
}

/** The call of rsync(1) that compares a tree of the server with a directory, and changes nothing. `only`: paths or none. */
export function scanArgv(from: string, to: string, rules: readonly LocalRule[], only: readonly string[]): Argv {
  return [
    'rsync',
    '--dry-run',
    ...keepEverything,
    '--omit-dir-times',
    '--delete',
    '--debug=FILTER',
    `--out-format=${format}`,
    ...rules.map(({ pattern }) => `--exclude=${pattern}`),
    ...onlyPaths(only),
    ...patient,
    from,
    to,
  ];
}

/** The call of rsync(1) that compares some names alone, which come by standard input with a NUL after each. */
export function scanNamesArgv(from: string, to: string): Argv {
  const names = ['--from0', '--files-from=-', '--no-implied-dirs'];
  return [
    'rsync',
    '--dry-run',
    ...keepEverything,
    '--omit-dir-times',
    `--out-format=${format}`,
    ...names,
    ...patient,
    from,
    to,
  ];
}

/** As many as rsync(1) prints for --itemize-changes. */
const itemLetters = 11;

const kinds: Record<string, FileKind> = { f: 'file', d: 'dir', L: 'link' };
/** rsync(1) --itemize-changes: the letters after the kind of the file. */
const letters: Record<string, string> = {
  c: 'content',
  s: 'size',
  t: 'time',
  T: 'time',
  p: 'mode',
  o: 'owner',
  g: 'group',
  a: 'ACL',
  x: 'attributes',
};

function readDifference(line: string): Difference | undefined {
  const [item = '', size = '', mtime = '', target = '', ...names] = line.split('\t');
  const name = names.join('\t');
  if (item.length !== itemLetters || !/^\d+$/.test(size) || name === '') return undefined;
  const path = unescapeName(name.replace(/(?<=[^/])\/$/, ''));
  if (item.startsWith('*deleting'))
    return { path, kind: name.endsWith('/') ? 'dir' : 'file', change: 'removed', details: [], sizeBytes: 0, mtime: '' };
  const isNew = item.endsWith('+++++++++');
  const details = item
    .slice(2)
    .split('')
    .flatMap((letter) => letters[letter] ?? []);
  const [, sameAs] = /^ => (.+)$/.exec(target) ?? [];
  return {
    path,
    kind: kinds[item[1] ?? ''] ?? 'special',
    change: isNew ? 'new' : 'changed',
    details: isNew ? [] : details.length > 0 ? details : ['hard link'],
    sizeBytes: Number(size),
    mtime,
    ...(sameAs !== undefined && { sameAs: unescapeName(sameAs) }),
  };
}

/** Reads what rsync(1) printed for {@link scanArgv}. */
export function readScan(stdout: string, rules: readonly LocalRule[]): Scan {
  const ruleOf = new Map(rules.toReversed().map((rule) => [rule.pattern, rule]));
  const found: Scan = { differences: [], kept: [] };
  const full = new Set<string>();
  for (const line of stdout.split('\n')) {
    const difference = readDifference(line);
    if (difference) {
      found.differences.push(difference);
      continue;
    }
    const [, path, pattern = ''] = /^\[\w+\] protecting \w+ (.+) because of pattern (.+)$/.exec(line) ?? [];
    const rule = ruleOf.get(pattern) ?? ruleOf.get(`${pattern}/`);
    if (path !== undefined && rule) found.kept.push({ path: unescapeName(path), rule });
    const [, dir] = /^cannot delete non-empty directory: (.+)$/.exec(line) ?? [];
    if (dir !== undefined) full.add(unescapeName(dir));
  }
  // A folder stays if a rule protects something in it.
  found.differences = found.differences.filter(({ path, change }) => change !== 'removed' || !full.has(path));
  return found;
}
