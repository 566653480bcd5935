import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

/** The flags of all commands that work on many machines by ssh. */
export type PushOptions = {
  hostsFile?: string;
  max: number;
  canary: number;
  maxFailures?: number;
  sshUser: string;
  dryRun?: boolean;
  json?: boolean;
};

function parseCount(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number, as in 8.');
}

function parseAtLeastOne(text: string): number {
  const count = parseCount(text);
  if (count > 0) return count;
  throw new InvalidArgumentError('give a number from 1 on.');
}

/** Declares these flags. `canary`: how many machines go first if --canary is not typed. */
export function declarePush(command: Command, canary: number): Command {
  return command
    .option('--hosts-file <file>', 'also take the machines of this file: a host name, a range or @GROUP on each line')
    .option('--max <number>', 'work on so many machines at once', parseAtLeastOne, 8)
    .option(
      '--canary <number>',
      'let so many machines go first; the others follow if these end well',
      parseCount,
      canary,
    )
    .option('--max-failures <number>', 'begin no other machine after so many that did not end well', parseAtLeastOne)
    .option('--ssh-user <name>', 'log in as this user', 'root')
    .option('--dry-run', 'print what would be run on which machines, and run nothing')
    .option('--json', 'print the outcomes as JSON');
}
