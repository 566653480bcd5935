import type { Command } from 'commander';

/**
 * Completes long flags that are written short, as Getopt::Long does for the classic commands: `--im` is `--image` where no other
 * flag of the command begins so. Others stay as they are, for the parser to complain about.
 */
export function completeFlags(program: Command, argv: readonly string[]): string[] {
  let command = program;
  const end = argv.indexOf('--');
  return argv.map((word, at) => {
    if (end >= 0 && at > end) return word;
    const [, flag, value = ''] = /^(--[A-Za-z][A-Za-z-]*)(=.*)?$/s.exec(word) ?? [];
    if (flag === undefined) {
      command = command.commands.find((one) => one.name() === word) ?? command;
      return word;
    }
    const options = new Set([...command.options, ...program.options]);
    const flags = [...options].flatMap((one) => one.long ?? []);
    const [only, ...others] = flags.includes(flag) ? [flag] : flags.filter((one) => one.startsWith(flag));
    return only !== undefined && others.length === 0 ? `${only}${value}` : word;
  });
}
