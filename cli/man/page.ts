import type { Argument, Command, Help, Option } from 'commander';
import type { CliCommand } from '../../common/cli.ts';
import { isNeeded } from '../program.ts';
import { bold, example, italic, item, paragraphs, section, title } from './roff.ts';

/** A command, as declared on commander. */
export type Declared = { cli: CliCommand; command: Command };

/** A page of the manual, section 8: commands of an administrator. */
export type Page = { file: string; name: string; text: string };

/** What is the same on every page. */
export type Common = { version: string; classic: ReadonlySet<string> };

/** The name of a command's page, and the words that start the command: a classic command is started by its own name. */
export const pageName = (cli: CliCommand, classic: ReadonlySet<string>) =>
  classic.has(cli.name) ? cli.name : `systemimager-${cli.name.replaceAll(' ', '-')}`;
export const typedName = (cli: CliCommand, classic: ReadonlySet<string>) =>
  classic.has(cli.name) ? cli.name : `systemimager ${cli.name}`;

/** Formats `-i, --image <name>`: bold for what is typed literally, italic for what is filled in. */
function flags(text: string): string {
  return text.replaceAll(/(-[\w-]+)|<([^<>]*)>|\[([^[\]]*)\]/g, (_, flag?: string, needed?: string, free?: string) => {
    if (flag !== undefined) return bold(flag);
    return needed === undefined ? `[${italic(free ?? '')}]` : italic(needed);
  });
}

function argumentTerm(argument: Argument): string {
  const name = `${italic(argument.name())}${argument.variadic ? ' ...' : ''}`;
  return argument.required ? name : `[${name}]`;
}

function synopsis({ cli, command }: Declared, { classic }: Common): string {
  const needed = command.options.filter(isNeeded).map((option) => flags(option.flags));
  const parts = [...needed, '[\\fIoptions\\fR]', ...command.registeredArguments.map(argumentTerm)];
  return `.B ${typedName(cli, classic).replaceAll('-', '\\-')}\n${parts.join(' ')}\n`;
}

/** The texts that a command adds to its help, without the examples: examples have a section of their own. */
function moreHelp(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => void written.push(text) }).outputHelp();
  // The first text is the help that commander makes from the declaration.
  return written.slice(1).join('').split('\nExamples:\n')[0] ?? '';
}

function options(all: readonly Option[], help: Help): string {
  return all.map((option) => item(flags(option.flags), help.optionDescription(option))).join('');
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;

/** Examples as they are typed in a shell. */
function typedExamples({ name, examples = [] }: CliCommand, classic: ReadonlySet<string>): string[] {
  return examples.map((one) => (one.startsWith(`${name} `) && !classic.has(name) ? `systemimager ${one}` : one));
}

/** The page of one command. */
export function commandPage(declared: Declared, common: Common): Page {
  const { cli, command } = declared;
  const name = pageName(cli, common.classic);
  const help = command.createHelp();
  const args = command.registeredArguments;
  const examples = typedExamples(cli, common.classic);
  const text = [
    title(name, common.version),
    section('NAME'),
    `${name.replaceAll('-', '\\-')} \\- ${paragraphs(cli.summary).replace(/^\.PP\n/, '')}`,
    section('SYNOPSIS'),
    synopsis(declared, common),
    section('DESCRIPTION'),
    paragraphs(sentence(cli.summary)),
    paragraphs(moreHelp(command)),
    ...(args.length === 0
      ? []
      : [section('ARGUMENTS'), ...args.map((one) => item(argumentTerm(one), help.argumentDescription(one)))]),
    section('OPTIONS'),
    options(help.visibleOptions(command), help),
    item(flags('--root <dir>'), 'use /etc and /var below this directory (default: SYSTEMIMAGER_ROOT, else /)'),
    paragraphs('Long options may be written with one dash, as in -image.'),
    ...(examples.length === 0 ? [] : [section('EXAMPLES'), example(examples)]),
    section('SEE ALSO'),
    '.BR systemimager (8)\n',
  ].join('');
  return { file: `${name}.8`, name, text: text.replaceAll(/\.PP\n\n/g, '') };
}
