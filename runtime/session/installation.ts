import { serverAddress } from '../../common/model/server-address.ts';
import { settingOf, settingsEnv } from '../../common/model/settings.ts';
import { emptyState, type State } from '../../common/model/state.ts';
import { queueEvent } from './events.ts';
import { end, fail, openShells } from './ending.ts';
import { paths } from '../paths.ts';
import { report } from './reporting.ts';
import { runScript, type ScriptResult } from './run-script.ts';
import { spareMemory } from './spare-memory.ts';
import { loadState, saveState } from './state-store.ts';
import { printSettings, variablesText } from './variables.ts';
import type { Caller, SessionWorld } from './world.ts';

/** Finds out who this machine is, and runs its script. */
export async function install(world: SessionWorld & Caller): Promise<void> {
  const { io, signal, say } = world;
  let reporting: Promise<unknown> | undefined;
  const found = await world.discover(io, {
    signal,
    say,
    onServer(settings, mac) {
      reporting = report(world, { server: serverAddress(settings), mac });
    },
  });
  const { settings, firmware, secureBoot, card, cards, medium } = found;
  const state: State = { ...emptyState, settings, firmware, card, cards, medium, script: found.script.name };
  await saveState(io, state);
  await io.write(paths.script, found.script.text, { mode: 0o700 });
  await io.write(paths.variables, variablesText(settings), { mode: 0o644 });
  for (const line of printSettings(settings)) say(line);
  say(`Script: ${found.script.name}`);

  const action = settingOf(settings, 'ACTION') ?? 'install';
  if (action === 'identify') {
    say('ACTION=identify: the lines above say who the machine is; nothing was installed.');
    return end(io, 'poweroff');
  }
  if (action === 'shell')
    return openShells(io, 'ACTION=shell: nothing was installed. `boel resume` runs the script.\n');

  const host = settingOf(settings, 'HOSTNAME') ?? '';
  const ip = settingOf(settings, 'IPADDR') ?? '';
  await spareMemory(io, signal, say);
  const machine = { host, ip, script: found.script.name, firmware, secureBoot };
  await queueEvent(io, { kind: 'started', ...machine, version: world.version });
  await conclude(
    world,
    await runScript(io, { env: settingsEnv(settings), resumes: false, mayRepartition: true }, world),
  );
  await reporting;
}

/** Says that the script is done, or handles its failure. */
export async function conclude(world: SessionWorld & Caller, { failure }: ScriptResult): Promise<void> {
  if (world.signal.aborted) return;
  if (failure) await fail(world, failure, settingOf((await loadState(world.io)).settings, 'ONFAIL') ?? 'shell');
  else world.say('The script is done.');
}
