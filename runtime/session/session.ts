import { settingsEnv } from '../../common/model/settings.ts';
import { describeError, UserError } from '../../common/system/errors.ts';
import { consoleLog } from './console.ts';
import { fail, typedOnFail } from './ending.ts';
import { refuseWorkingMachine } from './guards.ts';
import { conclude, install } from './installation.ts';
import { paths, runDir } from '../paths.ts';
import { goOnReporting } from './reporting.ts';
import { followScript, isScriptRunning, runScript } from './run-script.ts';
import { loadState } from './state-store.ts';
import type { Caller, SessionWorld } from './world.ts';

export type Session = {
  /** From the start of BOEL to the end of the script, and goes on reporting. `again`: an earlier session ended in the middle. */
  start(signal: AbortSignal, options: { again?: boolean }): Promise<void>;
  /** Runs the script again, from the first verb that is not done. */
  resume(options: { fetch?: boolean; repartition?: boolean }, caller: Caller): Promise<void>;
};

/** The resident program: it owns the consoles and the reports, and does the work of `boel`. */
export function createSession(world: SessionWorld): Session {
  const { io } = world;
  const say = consoleLog(io);
  return {
    async start(signal, { again }) {
      await refuseWorkingMachine(io);
      await io.mkdir(runDir, { mode: 0o700 });
      await world.becomeResident(signal);
      const running = { ...world, signal, say };
      try {
        await (again ? goOn(running) : install(running));
      } catch (error) {
        if (signal.aborted) return;
        await fail(running, { verb: '', error: describeError(error) }, await typedOnFail(io));
      }
    },

    async resume({ fetch, repartition }, caller) {
      const state = await loadState(io);
      if (state.script === '')
        throw new UserError('this machine has no script yet', 'Reboot, or start again with: boel session');
      if (fetch)
        await io.write(paths.script, await world.fetchScript(io, state, state.script, caller), { mode: 0o700 });
      const run = { env: settingsEnv(state.settings), resumes: true, mayRepartition: repartition === true };
      const { failure } = await runScript(io, run, { signal: caller.signal, say });
      if (failure) throw new UserError(failure.error, 'Mend what the error names, then: boel resume');
    },
  };
}

/** Goes on where an earlier resident program ended: the files of /run/boel tell how far it came. */
async function goOn(world: SessionWorld & Caller): Promise<void> {
  const { io } = world;
  const waits = (await io.lstat(paths.notice)) !== undefined;
  const hasBegun = (await io.lstat(paths.scriptRun)) !== undefined;
  // All work before the script can be done again.
  if (!waits && !hasBegun) return install(world);
  const reporting = goOnReporting(world);
  if (!waits || (await isScriptRunning(io))) await conclude(world, await followScript(io, world));
  await reporting;
}
