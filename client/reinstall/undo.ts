import type { CliContext } from '../../common/cli.ts';
import { parseSums, sumsName } from '../../common/media/sums.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { entryWays } from '../../install/boot-entries/index.ts';
import { kexecFolder } from '../../install/boot-entries/kexec.ts';
import { probeRunningBoot, type RunningBoot } from '../../install/boot-entries/running-boot.ts';
import { cfgAt, dropCfg, ownCfg } from './plan-cfg.ts';
import { entryOf, isOrderFolder } from './plan-files.ts';

/** The folders that hold files of an order. */
async function orderFolders(io: ReadIo, machine: RunningBoot): Promise<AbsPath[]> {
  const dirs: AbsPath[] = ['/boot', '/efi', '/boot/efi'];
  const folders = [...dirs.map((dir) => under(dir, 'systemimager')), kexecFolder];
  if (machine.esp) folders.push(under(machine.esp.dir, 'EFI/systemimager'));
  const found: AbsPath[] = [];
  for (const one of folders) if (isOrderFolder((await io.list(one)) ?? [])) found.push(one);
  return found;
}

/** The steps that take an order back, whichever way it was given: what they undo is known by its marks, not by a record. */
export async function undoSteps(io: ReadIo): Promise<Step[]> {
  const machine = await probeRunningBoot(io);
  const steps: Step[] = [];
  for (const way of entryWays) {
    const facts = await way.probe(io, machine);
    if (typeof facts === 'object' && facts !== null) steps.push(...way.remove(facts));
  }
  const hasOwn = (await io.lstat(ownCfg)) !== undefined;
  return [
    // First the loader forgets the files, then the files go.
    ...steps,
    ...(await orderFolders(io, machine)).map((at): Step => ({ why: `Remove ${at}`, kind: 'remove', at: here(at) })),
    ...dropCfg(await io.readText(cfgAt), hasOwn),
  ];
}

/** Takes an order back whole. */
export async function undoReinstall(context: CliContext, dryRun: boolean): Promise<void> {
  const steps = await undoSteps(context.io);
  if (steps.length === 0) return context.print('This machine has no order to reinstall itself.');
  await context.carryOut(steps, { dryRun });
  if (!dryRun) context.print('This machine starts as before.');
}

/** Proves, without a start, that the loader would find the installer, and that its files are whole. Changes nothing. */
export async function checkReinstall(context: CliContext, dryRun: boolean): Promise<void> {
  const { io } = context;
  const machine = await probeRunningBoot(io);
  const checks: Step[] = [];
  for (const way of entryWays) {
    const facts = await way.probe(io, machine);
    if (typeof facts !== 'object' || facts === null || way.remove(facts).length === 0) continue;
    const folder = way.folder(facts);
    const sums = parseSums((await io.readText(under(folder, sumsName))) ?? '');
    if (sums.size === 0)
      throw new UserError(
        `${way.name} has an entry, and ${folder} has no ${sumsName}`,
        'Give the order again, or take it back: updateclient -autoinstall --undo',
      );
    context.print(`Boot loader: ${way.name}. Files: ${folder}.`);
    const list = [...sums].map(([name, sum]) => `${sum}  ${under(folder, name)}\n`).join('');
    checks.push(
      {
        why: 'Compare kernel and initrd with their sums',
        kind: 'run',
        argv: ['sha256sum', '--check', '--quiet', '-'],
        stdin: list,
        hints: { 1: 'A file is spoilt or missing: give the order again.' },
      },
      ...way.check(facts, entryOf(folder, [], way.takesOneInitrd === true)),
    );
  }
  if (checks.length === 0)
    throw new UserError(
      'no boot loader of this machine has an entry that reinstalls it',
      'Give the order: updateclient -autoinstall -server ADDRESS -config',
    );
  await context.carryOut(checks, { dryRun });
  if (!dryRun) context.print('The installer would be found.');
}
