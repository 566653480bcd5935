import type { CliCommand } from '../common/cli.ts';
import { lsimageCommand } from '../server/commands/lsimage.ts';
import { netbootCommand } from '../server/commands/netboot.ts';
import { serveCommand } from '../server/commands/serve.ts';

/** Every command, in the order of the help. */
export const commands: CliCommand[] = [lsimageCommand, netbootCommand, serveCommand];
