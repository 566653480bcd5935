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
  summary: 'build the boot environment: the kernel and the initrd that install a machine',
  examples: [
    'systemimager build boot',
    'systemimager build boot --compress best --config local.cfg',
    'systemimager build boot --arch arm64',
    'systemimager build boot --kernel source',
    'systemimager build boot --kernel vmlinuz --modules /lib/modules/6.12.0',
  ],
  declare(command, context) {
    command
      .option('--arch <name>', `architecture of the machines: ${architectures.join(' or ')} (default: as this machine)`)
      .option(
        '--kernel <which>',
        'debian, source (systemimager build kernel), or a kernel file (default: /etc/systemimager/boot/ARCH/kernel, else debian)',
      )
      .option('--modules <dir>', 'directory of the modules of --kernel, such as /lib/modules/VERSION')
      .option(
        '--without <module...>',
        'build although the kernel lacks these modules, such as reiserfs; layouts that need such a module are refused',
      )
      .option('--config <file>', 'local.cfg to put into the initrd')
      .option('--compress <how>', 'fast, or best: an initrd that is 15 % smaller, but takes minutes to build', 'fast')
      .option('--add-package <name...>', 'Debian packages to put into the initrd, with the libraries of their programs')
      .option('--firmware <name...>', 'more Debian packages to take firmware from, such as firmware-bnx2')
      .option('--update', 'download the package lists of Debian again')
      .option('--force', 'build although nothing has changed since the last build')
      .option('--sizes', 'also pack each topic of the initrd separately, and print its size')
      .option('--dry-run', 'print the plan of the build, and build nothing')
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
