import { sayLine } from '../../common/system/terminal.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { buildIfChanged } from '../build-if-changed.ts';
import { withBuildLock } from '../lock.ts';
import { architectures } from '../../common/boot/architectures.ts';
import { printPlan } from '../plan.ts';
import { printReport } from '../report.ts';
import type { BuildContext } from '../run.ts';
import { bootInputs, type BootOptions } from './boot-inputs.ts';

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
      .option(
        '--without <module...>',
        'build although the kernel lacks these, as reiserfs; a layout that uses one is refused',
      )
      .option('--config <file>', 'a local.cfg to bake into the initrd')
      .option('--compress <how>', 'fast, or best: 15 % smaller, takes minutes', 'fast')
      .option('--add-package <name...>', 'put whole Debian packages into the initrd, with their libraries')
      .option('--firmware <name...>', 'take firmware out of these packages too, as firmware-bnx2')
      .option('--update', 'fetch Debian’s package lists anew')
      .option('--force', 'build though nothing changed')
      .option('--sizes', 'pack each topic by itself too, and show the size of each topic')
      .option('--dry-run', 'print what would be built from what, build nothing')
      .option('--json', 'print the report as JSON')
      .action(async (options: BootOptions) => build(context, options));
  },
};

async function build(context: CliContext, options: BootOptions): Promise<void> {
  const inputs = await bootInputs(context.root, options, sayLine);
  const buildContext: BuildContext = { io: context.io, signal: context.signal, say: sayLine };
  if (options.dryRun) {
    const plan = await withBuildLock(buildContext, inputs.cache, () => printPlan(buildContext, inputs));
    for (const line of plan) context.print(line);
    return;
  }
  const report = await buildIfChanged(buildContext, inputs, options.force ?? false);
  if (options.json) context.print(JSON.stringify(report, undefined, 2));
  else for (const line of printReport(report)) context.print(line);
}
