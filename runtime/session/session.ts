import { randomBytes } from 'node:crypto';
import { cmdlineSettings } from '../../common/model/cmdline.ts';
import { serverAddress } from '../../common/model/server-address.ts';
import { type Settings, settingsEnv, settingOf } from '../../common/model/settings.ts';
import { emptyState, type State } from '../../common/model/state.ts';
import { describeError, UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import type { Discovery, DiscoverOptions } from '../discovery/index.ts';
import { consoleLog } from './console.ts';
import { queueEvent } from './events.ts';
import { refuseWorkingMachine } from './guards.ts';
import { failNotice } from './notice.ts';
import { paths, runDir } from '../paths.ts';
import { reportLog } from './report-log.ts';
import { allSent, sendReports } from './reporter.ts';
import { openShells } from './rescue.ts';
import { runScript } from './run-script.ts';
import { spareMemory } from './spare-memory.ts';
import { loadState, saveState } from './state-store.ts';
import { printSettings, variablesText } from './variables.ts';

/** The parts of BOEL that a session is made of. */
export type SessionWorld = {
  io: Io;
  signal: AbortSignal;
  discover(io: Io, options: DiscoverOptions & { signal: AbortSignal }): Promise<Discovery>;
  /** Gets the script from the image server again. */
  fetchScript(io: Io, state: State, name: string): Promise<string>;
  version: string;
};

export type Session = {
  /** From the start of BOEL to the end of the script; afterwards it keeps reporting. */
  start(): Promise<void>;
  /** Runs the script again, from the first verb that is not done. */
  resume(options: { fetch?: boolean; repartition?: boolean }): Promise<void>;
};

/** The resident program: it owns the consoles and the reports, the script's verbs are programs of their own. */
export function createSession(world: SessionWorld): Session {
  const { io, signal } = world;
  const say = consoleLog(io);
  return {
    async start() {
      await refuseWorkingMachine(io);
      await io.mkdir(runDir, { mode: 0o700 });
      await io.append('/proc/self/oom_score_adj', '-900').catch(() => {});
      try {
        await install(world, say);
      } catch (error) {
        if (signal.aborted) return;
        await fail(world, { verb: '', error: describeError(error) }, await typedOnFail(io), say);
      }
    },

    async resume({ fetch, repartition }) {
      const state = await loadState(io);
      if (state.script === '')
        throw new UserError('this machine has no script yet', 'Reboot, or start again with: boel session');
      if (fetch) await io.write(paths.script, await world.fetchScript(io, state, state.script), { mode: 0o700 });
      const run = { env: settingsEnv(state.settings), resumes: true, mayRepartition: repartition === true };
      const { failure } = await runScript(io, run, signal, say);
      if (failure) throw new UserError(failure.error, 'Mend what it names, then: boel resume');
    },
  };
}

async function install(world: SessionWorld, say: (line: string) => void): Promise<void> {
  const { io, signal } = world;
  let reporting: Promise<unknown> | undefined;
  const onServer = (settings: Settings, mac: string) => {
    // What goes wrong with reports ends no installation.
    reporting = report(world, settings, mac, say).catch((error: unknown) =>
      say(`No more reports: ${describeError(error)}`),
    );
  };
  const found = await world.discover(io, { signal, say, onServer });
  const { settings, firmware, card, cards } = found;
  const state: State = { ...emptyState, settings, firmware, card, cards, script: found.script.name };
  await saveState(io, state);
  await io.write(paths.script, found.script.text, { mode: 0o700 });
  await io.write(paths.variables, variablesText(settings), { mode: 0o644 });
  for (const line of printSettings(settings)) say(line);
  say(`Script: ${found.script.name}`);

  const action = settingOf(state.settings, 'ACTION') ?? 'install';
  if (action === 'identify') {
    say('ACTION=identify: this is who the machine is; nothing was installed.');
    return end(io, 'poweroff');
  }
  if (action === 'shell')
    return openShells(io, 'ACTION=shell: nothing was installed. `boel resume` runs the script.\n', signal);

  const host = settingOf(state.settings, 'HOSTNAME') ?? '';
  const ip = settingOf(state.settings, 'IPADDR') ?? '';
  await spareMemory(io, signal, say);
  await queueEvent(io, { kind: 'started', host, ip, script: found.script.name, firmware, version: world.version });
  const { failure } = await runScript(
    io,
    { env: settingsEnv(state.settings), resumes: false, mayRepartition: true },
    signal,
    say,
  );
  if (failure) await fail(world, failure, settingOf(state.settings, 'ONFAIL') ?? 'shell', say);
  else say('The script is done.');
  await reporting;
}

function report(
  { io, signal }: SessionWorld,
  settings: Settings,
  mac: string,
  say: (line: string) => void,
): Promise<unknown> {
  const target = { server: serverAddress(settings), mac, startedAt: io.now(), salt: randomBytes(4).toString('hex') };
  return Promise.all([sendReports(io, target, signal, say), reportLog(io, signal)]);
}

/** ONFAIL as typed at the boot prompt: all that is known when discovery itself fails. */
async function typedOnFail(io: Io): Promise<string> {
  const { prompt, menu } = cmdlineSettings((await io.readText('/proc/cmdline')) ?? '');
  return (prompt.ONFAIL ?? menu.ONFAIL ?? 'shell').toLowerCase();
}

/** Says it on every console, then does what ONFAIL asks for: a shell, unless somebody wants the machine off or rebooted. */
async function fail(
  world: SessionWorld,
  failure: { verb: string; error: string },
  onFail: string,
  say: (line: string) => void,
): Promise<void> {
  const { io, signal } = world;
  const ends = onFail === 'poweroff' || onFail === 'reboot';
  const hasScript = (await io.lstat(paths.script)) !== undefined;
  const notice = failNotice({ ...failure, hasScript, waits: !ends });
  say(notice.trimEnd());
  // A verb has told the server by itself.
  if (failure.verb === '') await queueEvent(io, { kind: 'failed', verb: '', error: failure.error, hint: '' });
  if (ends) {
    say(`ONFAIL=${onFail}`);
    return end(io, onFail);
  }
  await openShells(io, notice, signal);
}

/** Time for the consoles to show the last lines before init ends them, and for the reports to take them up. */
const lastLinesMs = 3000;
/** Time for the server to hear of a failure. */
const lastReportMs = 10_000;

async function end(io: Io, how: 'poweroff' | 'reboot'): Promise<void> {
  await io.sleep(lastLinesMs);
  await allSent(io, lastReportMs);
  await io.run({ argv: [how] });
}
