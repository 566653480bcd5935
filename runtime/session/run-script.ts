import type { Io } from '../../common/system/io.ts';
import { lastRun, readJournal } from './journal.ts';
import { paths } from '../paths.ts';

/** How the script ended; `failure` is undefined when all went well. */
export type ScriptResult = { failure?: { verb: string; error: string } };

export type ScriptRun = {
  /** Environment of the script: the settings and what the machine is. */
  env: Record<string, string>;
  resumes: boolean;
  mayRepartition: boolean;
};

/** The names by which `boel` learns which run of the script it belongs to. */
export const runVariables = { run: 'BOEL_RUN', resumes: 'BOEL_RESUMES', repartition: 'BOEL_REPARTITION' } as const;

/** Runs /run/boel/script with sh(1) to its end, line by line onto the consoles. */
export async function runScript(
  io: Io,
  { env, resumes, mayRepartition }: ScriptRun,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<ScriptResult> {
  const run = lastRun(await readJournal(io)) + 1;
  const exit = await io.run(
    {
      argv: ['sh', paths.script],
      // An installation goes on without the program that shows it.
      outlivesUs: true,
      env: {
        ...env,
        [runVariables.run]: String(run),
        ...(resumes ? { [runVariables.resumes]: '1' } : {}),
        ...(mayRepartition ? { [runVariables.repartition]: '1' } : {}),
      },
    },
    { signal, onLine: say },
  );
  if (exit.code === 0) return {};
  const last = (await readJournal(io)).findLast((entry) => entry.run === run);
  if (last && !last.ok) return { failure: { verb: last.verb, error: last.error ?? '' } };
  const after = last ? ` after \`boel ${last.verb}\`` : '';
  return { failure: { verb: '', error: `a line of the script${after} ended with exit code ${exit.code}` } };
}
