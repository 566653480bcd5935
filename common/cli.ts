import type { Command } from 'commander';
import type { StepEvent } from './system/step-event.ts';
import type { Io } from './system/io.ts';
import type { AbsPath } from './system/place.ts';
import type { Step } from './system/step.ts';

/** How steps are carried out. */
export type CarryOut = { dryRun?: boolean; isQuiet?: boolean; onEvent?: (event: StepEvent) => void };

/** What every command of `systemimager` gets. */
export type CliContext = {
  io: Io;
  /** --root or SYSTEMIMAGER_ROOT: every absolute path of a command lies below it. */
  root: AbsPath;
  /** True if questions may be asked. */
  isTerminal: boolean;
  /** Aborted by Ctrl-C, TERM and HUP. */
  signal: AbortSignal;
  /** Writes one line to standard output. */
  print(line: string): void;
  /** Prints the steps with --dry-run, otherwise does them and shows progress, unless it is quiet. */
  carryOut(steps: Step[], options: CarryOut): Promise<void>;
};

/** One command of `systemimager`: a file in server/commands, client or builder, listed in cli/commands.ts. */
export type CliCommand = {
  /** As typed; two words make a sub-command, as in `build boot`. */
  name: string;
  summary: string;
  /** Command lines to try, for the help. */
  examples?: readonly string[];
  /** For the build, not for people. */
  isHidden?: boolean;
  /** Arguments, flags and what to do; declared once, the help comes from it. */
  declare(command: Command, context: CliContext): void;
};
