import type { CliCommand, CliContext } from '../../common/cli.ts';
import { answerByExitCode } from '../../common/cli-exit.ts';
import { serverPaths } from '../config/paths.ts';
import { parseServerConfig, readServerConfig } from '../config/server-toml.ts';
import { checks } from '../doctor/checks/index.ts';
import { examine, printExamined } from '../doctor/examine.ts';

type Options = { interface?: string; json?: boolean };

async function run({ io, root, ...context }: CliContext, options: Options): Promise<number> {
  const paths = serverPaths(root);
  // A check reports a server.toml that cannot be read; the other checks go on with the defaults.
  const config = await readServerConfig(io, paths.config).catch(() => parseServerConfig('', paths.config));
  const card = options.interface === undefined ? {} : { card: options.interface };
  const results = await examine(checks, { io, root, paths, config, ...card });
  context.print(options.json ? JSON.stringify(results, undefined, 2) : printExamined(results));
  const count = results.flatMap((one) => one.findings).filter((one) => one.kind === 'wrong').length;
  return count > 0 ? 1 : 0;
}

const help = `
doctor changes nothing.

Exit codes: 0 no fault, 1 at least one fault, 2 doctor could not check.`;

/** Looks for whatever keeps machines from being installed. */
export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'check this server for faults that prevent installations',
  examples: ['systemimager doctor', 'systemimager doctor --interface eth1', 'systemimager doctor --json'],
  declare(command, context) {
    command
      .option('--interface <name>', 'network interface of machines, to check serve --dhcp and find other DHCP servers')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', help)
      .action((options: Options) => answerByExitCode(() => run(context, options)));
  },
};
