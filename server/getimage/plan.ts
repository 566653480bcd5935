import { goldenDaemon, goldenFiles } from '../../common/model/golden-files.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { here, under } from '../../common/system/place.ts';
import type { Command } from '../../common/system/io.ts';
import { revealText, type Step } from '../../common/system/step.ts';
import type { Choice } from './excludes.ts';
import { type Growing, planGrowth } from './growth.ts';
import { captureHints, captureRetry, rsyncSource, type Source } from './source.ts';
import { keepEverything, rsyncPattern } from '../../install/transports/rsync-daemon.ts';

export type CaptureWish = Growing & {
  source: Source;
  choices: readonly Choice[];
  /** Lines as rsync's --exclude takes them. */
  excludes: readonly string[];
  /** Bytes that are expected to travel; undefined if nobody knows. */
  totalBytes?: number;
  /** The golden client runs hooks before and after. */
  hooks?: boolean;
  /** Where rsync writes a line for each file, and its format (rsyncd.conf(5), log format). */
  log?: { file: AbsPath; format: string };
};

/**
 * Never part of an image: files that identify one machine at its boot, files that belong to one filesystem, and the kernel's
 * own filesystems, even if a list of mounts does not name them.
 */
const always = ['/local.cfg', '/.boel-*', 'lost+found/', '.boel-partial', '/proc/*', '/sys/*'];

/** Arguments that leave out the content of mounts that are not taken: the empty directories stay, with owner and mode. */
export function excludeArguments(choices: readonly Choice[], more: readonly string[]): string[] {
  const left = choices
    .filter((one) => !one.taken)
    .flatMap((one) => (one.isClosed ? [`--exclude=${rsyncPattern(one.dir)}`] : leaveOut(one.dir, choices)));
  return [...[...always, ...more].map((pattern) => `--exclude=${pattern}`), ...left];
}

/** Leaves out all below a directory, except mounts below it that are taken, and the directories on the way to these. */
function leaveOut(dir: string, choices: readonly Choice[]): string[] {
  const [includes, excludes] = [new Set<string>(), new Set<string>()];
  for (const inner of choices.filter((one) => one.taken && one.dir.startsWith(`${dir}/`))) {
    let at = dir;
    for (const name of inner.dir.slice(dir.length + 1).split('/')) {
      if (at !== dir) excludes.add(`--exclude=${rsyncPattern(at)}/*`);
      at = `${at}/${name}`;
      includes.add(`--include=${rsyncPattern(at)}/`);
    }
  }
  return [...includes, ...excludes, `--exclude=${rsyncPattern(dir)}/*`];
}

/** The call that changes nothing and prints a line for each difference between the golden client and the image. */
export function differencesCommand(
  wish: Pick<CaptureWish, 'source' | 'choices' | 'excludes'>,
  image: AbsPath,
): Command {
  const { options, from, stdin, env } = rsyncSource(wish.source, '/');
  return {
    argv: [
      'rsync',
      ...keepEverything,
      '--dry-run',
      '--itemize-changes',
      '--timeout=300',
      '--delete',
      '--delete-excluded',
      ...options,
      ...excludeArguments(wish.choices, wish.excludes),
      from,
      `${image}/`,
    ],
    keepsTail: true,
    env,
    stdin: stdin === undefined ? undefined : revealText(stdin),
  };
}

/** Hints for a capture with hooks: a failed hook ends rsync with one of several exit codes. */
function hookHints(source: Source): Record<number, string> {
  const hook = `Where a hook is named above, mend it on ${source.host} (${goldenFiles.hooks}).`;
  return Object.fromEntries(Object.entries(captureHints(source)).map(([code, hint]) => [code, `${hook} ${hint}`]));
}

/** Makes the new tree beside the image: unchanged files come from the image, changed files from the golden client. */
export function planCapture(wish: CaptureWish): Step[] {
  const { growing, before, source, image } = wish;
  const { options, from, stdin, env } = rsyncSource(source, '/', wish.hooks ? goldenDaemon.captureModule : undefined);
  const steps: Step[] = [];
  if (wish.log)
    steps.push({ why: 'Make the folder of logs', kind: 'mkdir', at: here(under(wish.log.file, '..')), mode: 0o750 });
  steps.push(...planGrowth(wish));
  steps.push({
    why: `Take the files of ${source.host} as ${image}`,
    kind: 'run',
    argv: [
      'rsync',
      ...keepEverything,
      // Deletes at the end: --delete would begin with the partial files of an earlier attempt, which rsync continues.
      '--delete-delay',
      '--delete-excluded',
      '--partial-dir=.boel-partial',
      ...(before?.by === 'hard links' ? [`--link-dest=${before.at}`] : []),
      '--timeout=300',
      '--info=progress2',
      '--no-human-readable',
      '--outbuf=L',
      ...(wish.log ? [`--log-file=${wish.log.file}`, `--log-file-format=${wish.log.format}`] : []),
      ...options,
      ...excludeArguments(wish.choices, wish.excludes),
      from,
      `${growing}/`,
    ],
    stdin,
    env,
    ok: { 24: 'files vanished while they were read: the golden client is at work' },
    retry: captureRetry,
    hints: wish.hooks ? hookHints(source) : captureHints(source),
    progress: { kind: 'rsync-progress2', totalBytes: wish.totalBytes },
  });
  return steps;
}

const gone = 'it is gone';

/** Asks prepareclient's daemon to end: the daemon ends after a visit of its `doneModule`. */
export function planFarewell(source: Source): Step[] {
  if (source.kind === 'ssh') return [];
  const { options, from, stdin } = rsyncSource(source, '/', goldenDaemon.doneModule);
  return [
    {
      why: `Tell ${source.host} that the capture is done`,
      kind: 'run',
      argv: ['rsync', '--timeout=20', ...options, from],
      stdin,
      ok: {
        5: 'the daemon of the golden client stays: end the daemon there by prepareclient --stop',
        10: gone,
        12: gone,
        30: gone,
        35: gone,
      },
    },
  ];
}
