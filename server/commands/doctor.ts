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
It changes nothing. Exit codes: 0 nothing is wrong, 1 something is, 2 it could not be told.`;

/** Looks for whatever keeps machines from being installed. */
export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'look for whatever keeps machines from being installed; exit code 1 where something is wrong',
  examples: ['systemimager doctor', 'systemimager doctor --interface eth1', 'systemimager doctor --json'],
  declare(command, context) {
    command
      .option('--interface <name>', 'where machines boot: look for another DHCP server there, and want what DHCP needs')
      .option('--json', 'as JSON')
      .addHelpText('after', help)
      .action((options: Options) => answerByExitCode(() => run(context, options)));
  },
};
