import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import path from 'node:path';
import type { BootInputs } from '../boot.ts';
import { cacheFolder } from '../cache.ts';
import { checkHost } from '../host-packages.ts';
import { chooseKernel } from '../kernel/kernel.ts';
import { architectures, listsKeyOf } from '../packages/apt.ts';
import { printPlan } from '../plan.ts';
import { pruneCache } from '../prune-cache.ts';
import { printReport } from '../report.ts';
import type { BuildContext } from '../run.ts';
import { readArchitecture } from './architecture.ts';
import { type BootReport, fileFacts, inputsKey, lastReport, saveStamp } from '../stamp.ts';

type Options = {
  arch?: string;
  kernel?: string;
  modules?: string;
  config?: string;
  compress: string;
  addPackage?: string[];
  firmware?: string[];
  update?: boolean;
  force?: boolean;
  sizes?: boolean;
  dryRun?: boolean;
  json?: boolean;
};

/** `systemimager build boot`: makes the kernel and initrd that every medium boots. */
export const buildBootCommand: CliCommand = {
  name: 'build boot',
  summary: 'make the kernel and initrd that machines install themselves with',
  examples: [
    'systemimager build boot',
    'systemimager build boot --compress best --config local.cfg',
    'systemimager build boot --kernel vmlinuz --modules /lib/modules/6.12.0',
  ],
  declare(command, context) {
    command
      .option('--arch <name>', `for machines of this kind: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--kernel <file>', 'another kernel than Debian’s signed one')
      .option('--modules <dir>', 'the modules of that kernel, as /lib/modules/VERSION')
      .option('--config <file>', 'a local.cfg to bake into the initrd')
      .option('--compress <how>', 'fast, or best: 15 % smaller, takes minutes', 'fast')
      .option('--add-package <name...>', 'put whole Debian packages into the initrd, with their libraries')
      .option('--firmware <name...>', 'take firmware out of these packages too, as firmware-bnx2')
      .option('--update', 'fetch Debian’s package lists anew')
      .option('--force', 'build though nothing changed')
      .option('--sizes', 'pack each topic by itself too, and show what it costs')
      .option('--dry-run', 'print what would be built from what, build nothing')
      .option('--json', 'print the report as JSON')
      .action(async (options: Options) => build(context, options));
  },
};

async function build(context: CliContext, options: Options): Promise<void> {
  const inputs = await readOptions(context, options);
  const buildContext: BuildContext = {
    io: context.io,
    signal: context.signal,
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  if (options.dryRun) {
    for (const line of await printPlan(buildContext, inputs)) context.print(line);
    return;
  }
  const report = await buildIfChanged(buildContext, inputs, options.force ?? false);
  if (options.json) context.print(JSON.stringify(report, undefined, 2));
  else for (const line of printReport(report)) context.print(line);
}

async function buildIfChanged(context: BuildContext, inputs: BootInputs, force: boolean): Promise<BootReport> {
  const { cache, folder, architecture, kernel, localCfg } = inputs;
  const key = async () =>
    inputsKey([
      { ...inputs, update: false },
      await listsKeyOf(cache, architecture),
      kernel && [await fileFacts(kernel.kernel), kernel.modules && (await fileFacts(kernel.modules))],
      localCfg && (await context.io.readText(localCfg)),
    ]);
  const last = force || inputs.update ? undefined : await lastReport(cache, folder, await key());
  if (last) {
    context.say('Nothing changed since the last build (--force builds anyway)');
    return last;
  }
  await checkHost();
  // The bundler is loaded only where something is built: it takes longer than finding out that nothing is.
  const { buildBoot } = await import('../boot.ts');
  const report = await buildBoot(context, inputs);
  await saveStamp(cache, folder, await key(), report);
  const pruned = await pruneCache(cache, context.io.now().getTime());
  if (pruned > 0) context.say(`Removed ${pruned} entries of ${cache} that were not used for long`);
  return report;
}

async function readOptions({ root, io }: CliContext, options: Options): Promise<BootInputs> {
  const architecture = readArchitecture(options.arch);
  const compression = options.compress;
  if (compression !== 'fast' && compression !== 'best')
    throw new UserError(`--compress ${compression} is not known`, 'Give fast or best.');
  const kernel = await chooseKernel({
    dropIn: under(root, 'etc/systemimager/boot', architecture),
    ...(options.kernel ? { kernel: fromHere(options.kernel) } : {}),
    ...(options.modules ? { modules: fromHere(options.modules) } : {}),
  });
  const localCfg = options.config === undefined ? undefined : fromHere(options.config);
  if (localCfg && !(await io.lstat(localCfg)))
    throw new UserError(`there is no ${localCfg}`, 'Name a local.cfg with --config.');
  return {
    architecture,
    folder: under(root, 'var/lib/systemimager/boot', architecture),
    cache: cacheFolder(process.env),
    compression,
    ...(kernel ? { kernel } : {}),
    ...(localCfg ? { localCfg } : {}),
    addPackages: [...(options.addPackage ?? [])].sort(),
    addFirmware: [...(options.firmware ?? [])].sort(),
    update: options.update ?? false,
    measureTopics: options.sizes ?? false,
  };
}

/** A path as typed, seen from where the person is. */
const fromHere = (text: string): AbsPath => absPath(path.resolve(text));
