import { Command, type Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { CliCommand, CliContext } from '../common/cli.ts';
import { UserError } from '../common/system/errors.ts';
import { terminal } from '../common/system/terminal.ts';
import { absPath } from '../common/system/place.ts';

/** The summary of each group of two-word commands, by its first word. */
const families: Record<string, string> = {
  build: 'build the boot environment of machines, or the program for golden clients',
};

const neededOptions = new WeakSet<Option>();

/** True for a mandatory flag. */
export const isNeeded = (option: Option) => neededOptions.has(option);

/** Checks mandatory flags after unknown flags, so that a mistyped flag is reported first; commander does the reverse. */
function checkNeeded(leaf: Command): void {
  const needed = leaf.options.filter((option) => option.mandatory);
  for (const option of needed) {
    option.makeOptionMandatory(false);
    neededOptions.add(option);
  }
  leaf.hook('preAction', () => {
    const missing = needed.filter((option) => leaf.getOptionValue(option.attributeName()) === undefined);
    if (missing.length > 0)
      throw new UserError(
        `${leaf.name()} needs ${missing.map((option) => option.flags).join(', ')}`,
        `Every flag is explained by: ${leaf.name()} --help`,
      );
  });
}

function add(program: Command, command: CliCommand, context: CliContext): void {
  const { name, summary, examples = [] } = command;
  const words = name.split(' ');
  const last = words.pop() ?? name;
  let parent = program;
  for (const word of words) {
    const about = families[word] ?? '';
    parent =
      parent.commands.find((one) => one.name() === word) ?? parent.command(word).summary(about).description(about);
  }
  const leaf = parent
    .command(last, { hidden: command.isHidden ?? false })
    .summary(summary)
    .description(summary);
  command.declare(leaf, context);
  checkNeeded(leaf);
  if (examples.length > 0) leaf.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
}

/** The program `systemimager` with these commands. */
export function makeProgram(commands: readonly CliCommand[], context: CliContext): Command {
  const program = new Command('systemimager')
    .description('Takes images of golden clients, and installs machines from these images.')
    .option('--root <dir>', 'use /etc and /var below this directory', process.env.SYSTEMIMAGER_ROOT ?? '/')
    .version(packageJson.version, '--version', 'show the version')
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .hook('preAction', (top) => {
      context.root = absPath(String(top.opts().root));
    });
  for (const command of commands) add(program, command, context);
  return program;
}
