import type { CliCommand } from '../common/cli.ts';

/** Every command, in the order of the help. */
export const commands: CliCommand[] = [];
