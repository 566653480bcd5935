import type { CliCommand } from '../../common/cli.ts';
import { prepareclientCommand } from './prepareclient.ts';

/** The commands for golden clients and running machines. */
export const clientCommands: readonly CliCommand[] = [prepareclientCommand];
