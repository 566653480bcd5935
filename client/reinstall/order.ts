import { readArchitecture } from '../../common/boot/architectures.ts';
import type { CliContext } from '../../common/cli.ts';
import { kexecNow } from '../../install/boot-entries/kexec.ts';
import { mountAt, probeRunningBoot } from '../../install/boot-entries/running-boot.ts';
import { hasSystemd, restartStep } from '../restart-machine.ts';
import { fetchFiles } from './fetch.ts';
import { installerWords } from './installer-words.ts';
import { cfgAt, cfgText, planCfg } from './plan-cfg.ts';
import { planPlace, settingsImage } from './plan-files.ts';
import { probeSettings, type SettingsWish } from './probe-settings.ts';
import { checkFolder, checkScript, isReadOnly } from './refuse.ts';
import { probeServerFiles } from './server-files.ts';
import { carriedNote, chooseStart, sayHowLong, type StartWish } from './start.ts';
import { undoSteps } from './undo.ts';

export type OrderWish = SettingsWish & StartWish & { append: string; reboot: boolean; dryRun: boolean };

/** Tells the machine to reinstall itself at its next start. Everything that can fail is looked at before anything changes. */
export async function orderReinstall(context: CliContext, wish: OrderWish): Promise<void> {
  const { io } = context;
  const { dryRun } = wish;
  const { values, notes } = await probeSettings(io, wish);
  for (const note of notes) context.print(note);
  const server = { host: values.IMAGESERVER ?? '', rsyncPort: wish.rsyncPort, httpPort: wish.httpPort };
  const files = await probeServerFiles(io, server, readArchitecture());
  await checkScript(io, values);
  const machine = await probeRunningBoot(io);
  const start = await chooseStart(context, machine, wish);
  const { folder } = start;
  await checkFolder(io, machine.mounts, folder, files.sizes.kernel + files.sizes['initrd.img']);
  context.print(`Boot loader: ${start.name}. Files: ${folder}.`);
  sayHowLong(context, start, wish);

  const cfg = cfgText(values);
  const settings = await settingsImage(cfg, carriedNote(start, wish.lasts));
  const sums = await fetchFiles(context, { server, files, folder, settings, dryRun }, start, machine);
  const words = installerWords((await io.readText('/proc/cmdline')) ?? '', wish.append);
  const rootIsReadOnly = isReadOnly(mountAt(machine.mounts, cfgAt));
  if (rootIsReadOnly)
    context.print(`/ is mounted read-only: ${cfgAt} is not written; the installer has the settings in its own initrd.`);
  const steps = [
    ...planPlace(folder, settings, { takesOneInitrd: start.takesOneInitrd, sums }),
    ...(rootIsReadOnly ? [] : planCfg(cfg, await io.readText(cfgAt))),
    ...start.add(words),
  ];
  try {
    await context.carryOut(steps, { dryRun });
  } catch (error) {
    context.print('The order has failed: everything is taken back.');
    await context.carryOut(await undoSteps(io), { isQuiet: true });
    throw error;
  }
  if (dryRun) return;
  await finish(context, wish);
}

async function finish(context: CliContext, wish: OrderWish): Promise<void> {
  if (wish.now) return context.carryOut(kexecNow(await hasSystemd(context.io)), {});
  context.print(
    'At its next start, this machine installs itself. To look: updateclient -autoinstall --check; to take it back: --undo',
  );
  if (wish.reboot) await context.carryOut([await restartStep(context.io)], {});
}
