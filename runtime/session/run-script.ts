import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { takeLock } from '../../common/system/lock.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { readMark } from '../../common/system/process-mark.ts';
import { lastRun, readJournal } from './journal.ts';
import { paths, runDir } from '../paths.ts';
import type { Caller } from './world.ts';

/** How the script ended; `failure` is undefined when all went well. */
export type ScriptResult = { failure?: { verb: string; error: string } };

export type ScriptRun = {
  /** Environment of the script: the settings. */
  env: Record<string, string>;
  resumes: boolean;
  mayRepartition: boolean;
};

/** The names by which `boel` learns which run of the script it belongs to; `again` is set by builder/asker/boel.c. */
export const runVariables = {
  run: 'BOEL_RUN',
  resumes: 'BOEL_RESUMES',
  repartition: 'BOEL_REPARTITION',
  again: 'BOEL_AGAIN',
} as const;

/** Runs the script with sh(1), and goes on when we end (builder/initrd/root). */
const keeper: AbsPath = '/usr/lib/boel/keep-script';

const pollMs = 200;
/** This long after the script's end, the output in the fifo has been read: at most 64 KiB (pipe(7)). */
const drainMs = 500;

const held = (io: Io) =>
  takeLock(io, under(runDir, 'script.lock'), {
    busy: 'the script is being run',
    hint: `Wait until it is done; ${paths.console} shows what it does.`,
  });

/** Runs /run/boel/script to its end, and shows its output on the consoles line by line. */
export async function runScript(
  io: Io,
  { env, resumes, mayRepartition }: ScriptRun,
  { signal, say }: Caller,
): Promise<ScriptResult> {
  await using _ = await held(io);
  const left = await readMark(io, paths.scriptMark);
  if (left?.runs)
    throw new UserError(
      `the script still runs (process ${left.pid})`,
      `Wait until it is done, or end it: kill -- -${left.pid}`,
    );
  const run = lastRun(await readJournal(io)) + 1;
  await io.remove(paths.scriptMark);
  await io.remove(paths.said);
  await io.run({ argv: ['mkfifo', '-m', '600', paths.said] });
  await io.write(paths.scriptRun, `${run}\n`, { mode: 0o600 });
  await io.write(paths.scriptExit, '    \n', { mode: 0o600 });
  const script = await io.start(
    {
      argv: [keeper],
      outlivesUs: true,
      env: {
        ...env,
        [runVariables.run]: String(run),
        ...(resumes ? { [runVariables.resumes]: '1' } : {}),
        ...(mayRepartition ? { [runVariables.repartition]: '1' } : {}),
      },
    },
    { signal },
  );
  let isGone = false;
  const gone = () => void (isGone = true);
  script.exit.then(gone, gone);
  return await follow(io, run, { signal, say }, async () => isGone || (await hasScriptEnded(io)));
}

/** True while the script of this or an earlier resident program runs. */
export const isScriptRunning = async (io: ReadIo): Promise<boolean> =>
  (await readMark(io, paths.scriptMark))?.runs === true;

/** Goes on with a script that an earlier resident program started, to its end. */
export async function followScript(io: Io, caller: Caller): Promise<ScriptResult> {
  await using _ = await held(io);
  const run = Number(await io.readText(paths.scriptRun));
  return await follow(io, run, caller, () => hasScriptEnded(io));
}

/** The exit code of the script, '' before its end and if its shell was killed. */
const exitCode = async (io: ReadIo) => ((await io.readText(paths.scriptExit)) ?? '').trim();

async function hasScriptEnded(io: ReadIo): Promise<boolean> {
  return (await exitCode(io)) !== '' || (await readMark(io, paths.scriptMark))?.runs === false;
}

async function follow(
  io: Io,
  run: number,
  { signal, say }: Caller,
  hasEnded: () => Promise<boolean>,
): Promise<ScriptResult> {
  const drained = new AbortController();
  // A program between the fifo and this one could take lines with it when both end.
  const shown = io.readPipe(paths.said, say, drained.signal);
  while (!(await hasEnded())) await io.sleep(pollMs);
  await io.sleep(drainMs, signal).catch(() => {});
  drained.abort();
  await shown;
  const code = await exitCode(io);
  if (code === '0') return {};
  const last = (await readJournal(io)).findLast((entry) => entry.run === run);
  if (last && !last.ok) return { failure: { verb: last.verb, error: last.error ?? '' } };
  const after = last ? ` after \`boel ${last.verb}\`` : '';
  const how = code === '' ? 'was ended' : `ended with exit code ${code}`;
  return { failure: { verb: '', error: `a line of the script${after} ${how}` } };
}
