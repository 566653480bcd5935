import type { BootInputs } from './boot.ts';
import { checkHost } from './host-packages.ts';
import { withBuildLock } from './lock.ts';
import { listsKeyOf } from './packages/apt.ts';
import { pruneCache } from './prune-cache.ts';
import type { BuildContext } from './run.ts';
import { type BootReport, fileFacts, inputsKey, lastReport, saveStamp } from './stamp.ts';

/** Builds BOEL, unless the last build was from the same inputs and is still there; its report is given then. */
export async function buildIfChanged(context: BuildContext, inputs: BootInputs, force: boolean): Promise<BootReport> {
  const known = async () => (force || inputs.update ? undefined : knownReport(context, inputs));
  // Asked again when it is our turn: the build that was waited for may have been the same.
  return (
    (await known()) ??
    withBuildLock(context, inputs.cache, async () => (await known()) ?? (await buildNow(context, inputs)))
  );
}

async function knownReport(context: BuildContext, inputs: BootInputs): Promise<BootReport | undefined> {
  const last = await lastReport(inputs.cache, inputs.folder, await keyOf(context, inputs));
  if (last) context.say('Nothing changed since the last build (--force builds anyway)');
  return last;
}

async function keyOf({ io }: BuildContext, inputs: BootInputs): Promise<string> {
  const { cache, architecture, kernel, localCfg } = inputs;
  return inputsKey([
    { ...inputs, update: false },
    await listsKeyOf(cache, architecture),
    kernel && [await fileFacts(kernel.kernel), kernel.modules && (await fileFacts(kernel.modules))],
    localCfg && (await io.readText(localCfg)),
  ]);
}

async function buildNow(context: BuildContext, inputs: BootInputs): Promise<BootReport> {
  await checkHost('boot', inputs.architecture);
  // The bundler is loaded only where something is built: it takes longer than finding out that nothing is.
  const { buildBoot } = await import('./boot.ts');
  const report = await buildBoot(context, inputs);
  await saveStamp(inputs.cache, inputs.folder, await keyOf(context, inputs), report);
  const pruned = await pruneCache(inputs.cache, context.io.now().getTime());
  if (pruned > 0) context.say(`Removed ${pruned} entries of ${inputs.cache} that were not used for long`);
  return report;
}
