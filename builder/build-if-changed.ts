import type { BootInputs } from './boot.ts';
import { checkHost } from './host-packages.ts';
import { withBuildLock } from './lock.ts';
import { listsKeyOf } from './packages/apt.ts';
import { pruneCache } from './prune-cache.ts';
import type { BuildContext } from './run.ts';
import { type BootReport, fileFacts, inputsKey, lastReport, saveStamp } from './stamp.ts';

/** Builds BOEL, or gives the report of the last build if its inputs were the same and its files are still there. */
export async function buildIfChanged(context: BuildContext, inputs: BootInputs, force: boolean): Promise<BootReport> {
  const known = async () => (force || inputs.update ? undefined : knownReport(context, inputs));
  // Asked again after the wait for the lock: the other build may have had the same inputs.
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
    typeof kernel === 'object' && [await fileFacts(kernel.kernel), kernel.modules && (await fileFacts(kernel.modules))],
    localCfg && (await io.readText(localCfg)),
  ]);
}

async function buildNow(context: BuildContext, inputs: BootInputs): Promise<BootReport> {
  await checkHost('boot', inputs.architecture);
  if (inputs.kernel === 'source') await checkHost('kernel', inputs.architecture);
  // The bundler is loaded only for a build: loading it takes longer than the check whether anything changed.
  const { buildBoot } = await import('./boot.ts');
  const report = await buildBoot(context, inputs);
  await saveStamp(inputs.cache, inputs.folder, await keyOf(context, inputs), report);
  const pruned = await pruneCache(inputs.cache, context.io.now().getTime());
  if (pruned > 0) context.say(`Removed ${pruned} entries of ${inputs.cache} that were not used for long`);
  return report;
}
