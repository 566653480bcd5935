import type { CliCommand } from '../../common/cli.ts';
import { prepareclientCommand } from './prepareclient.ts';
import { updateclientCommand } from './updateclient.ts';

/** The commands for golden clients and running machines. */
export const clientCommands: readonly CliCommand[] = [prepareclientCommand, updateclientCommand];
