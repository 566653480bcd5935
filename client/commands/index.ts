import type { CliCommand } from '../../common/cli.ts';
import { prepareclientCommand } from './prepareclient.ts';

/** What runs on golden clients and on running machines. */
export const clientCommands: readonly CliCommand[] = [prepareclientCommand];
