import type { CliCommand, CliContext } from '../common/cli.ts';
import type { Command } from 'commander';
import { makeProgram } from './program.ts';

/** The commands that people see, each with its declaration. */
export function declaredCommands(
  commands: readonly CliCommand[],
  context: CliContext,
): { cli: CliCommand; command: Command }[] {
  const program = makeProgram(commands, context);
  return commands
    .filter((cli) => !cli.isHidden)
    .map((cli) => {
      const find = (parent: Command, word: string) => parent.commands.find((one) => one.name() === word) ?? parent;
      return { cli, command: cli.name.split(' ').reduce(find, program) };
    });
}
