import type { CliCommand, CliContext } from '../../common/cli.ts';
import { serverPaths } from '../config/paths.ts';
import { explain } from '../explain/explain.ts';
import { readExplainFacts } from '../explain/facts.ts';
import { printExplanation } from '../explain/print.ts';

async function run({ io, root, ...context }: CliContext, machine: string, options: { json?: boolean }): Promise<void> {
  const explanation = explain(await readExplainFacts(io, serverPaths(root), machine));
  context.print(options.json ? JSON.stringify(explanation, undefined, 2) : printExplanation(explanation));
}

/** Says what a machine is and what it will do. */
export const explainCommand: CliCommand = {
  name: 'explain',
  summary: 'explain what a machine will boot and install, why, and which faults prevent the installation',
  examples: [
    'systemimager explain www7',
    'systemimager explain 52:54:00:12:34:56',
    'systemimager explain 10.0.0.17 --json',
  ],
  declare(command, context) {
    command
      .argument('<machine>', 'host name, MAC or IP address of the machine')
      .option('--json', 'print the result as JSON')
      .action((machine: string, options: { json?: boolean }) => run(context, machine, options));
  },
};
