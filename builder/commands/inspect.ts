import type { CliCommand, CliContext } from '../../common/cli.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { changeCfg } from '../inspect/change-cfg.ts';
import { inspect } from '../inspect/inspect.ts';
import { printReport } from '../inspect/print.ts';
import { readGivenCfg } from '../local-cfg.ts';
import { fromHere } from './boot-inputs.ts';

type Options = { config?: string; json?: boolean; dryRun?: boolean };

/** `systemimager inspect`: what a medium, a kernel or an initrd is, and whether it is whole. */
export const inspectCommand: CliCommand = {
  name: 'inspect',
  summary:
    'say what a medium, a kernel or an initrd holds, what it will do, and whether it is whole; change its local.cfg',
  examples: [
    'inspect boel.iso',
    'inspect /dev/sdb -json',
    'inspect -config local.cfg boel.iso',
    'inspect -config local.cfg boel.iso -dry-run',
  ],
  declare(command, context) {
    command
      .argument('<file>', 'ISO, floppy image, stick, device, folder of mkbootserver, kernel or initrd')
      .option('--config <file>', 'put this local.cfg on the medium in place of its own, and correct the sums')
      .option('--json', 'print what was found as JSON')
      .option('--dry-run', 'with --config: check local.cfg and the medium, and change nothing')
      .action(async (file: string, options: Options) => run(context, file, options));
  },
};

async function run(context: CliContext, file: string, { config, json, dryRun }: Options): Promise<void> {
  const at = fromHere(file);
  if (config !== undefined) {
    const cfg = await readGivenCfg(fromHere(config), sayLine);
    await changeCfg(context, at, cfg, { dryRun });
    if (dryRun) return context.print(`would put ${config} on ${at}`);
  }
  const report = await inspect(at, { signal: context.signal, say: sayLine });
  if (json) context.print(JSON.stringify({ ...report, isWhole: report.problems.length === 0 }, undefined, 2));
  else for (const line of printReport(report)) context.print(line);
  if (report.problems.length > 0) process.exitCode = 1;
}
