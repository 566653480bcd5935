import { clientCommands } from '../client/commands/index.ts';
import { buildClientCommand } from '../builder/commands/build-client.ts';
import { buildBootCommand } from '../builder/commands/build-boot.ts';
import type { CliCommand } from '../common/cli.ts';
import { addclientsCommand } from '../server/commands/addclients.ts';
import { cpimageCommand, mvimageCommand, rmimageCommand } from '../server/commands/change-images.ts';
import { chrootCommand } from '../server/commands/chroot.ts';
import { doctorCommand } from '../server/commands/doctor.ts';
import { diffCommand } from '../server/commands/diff.ts';
import { explainCommand } from '../server/commands/explain.ts';
import { exportCommand } from '../server/commands/export.ts';
import { importCommand } from '../server/commands/import.ts';
import { getimageCommand } from '../server/commands/getimage.ts';
import { lsclientsCommand } from '../server/commands/lsclients.ts';
import { lsimageCommand } from '../server/commands/lsimage.ts';
import { mkautoinstallscriptCommand } from '../server/commands/mkautoinstallscript.ts';
import { mkdhcpserverCommand } from '../server/commands/mkdhcpserver.ts';
import { mkdhcpstaticCommand } from '../server/commands/mkdhcpstatic.ts';
import { netbootCommand } from '../server/commands/netboot.ts';
import { rmclientsCommand } from '../server/commands/rmclients.ts';
import { verifyCommand } from '../server/commands/verify.ts';
import { serveCommand } from '../server/commands/serve.ts';
import { manualCommands } from './manual.ts';

/** Every command, in the order of the help. */
export const commands: CliCommand[] = [
  buildBootCommand,
  buildClientCommand,
  ...clientCommands,
  getimageCommand,
  addclientsCommand,
  lsclientsCommand,
  rmclientsCommand,
  explainCommand,
  doctorCommand,
  lsimageCommand,
  verifyCommand,
  diffCommand,
  exportCommand,
  importCommand,
  cpimageCommand,
  mvimageCommand,
  rmimageCommand,
  chrootCommand,
  mkautoinstallscriptCommand,
  mkdhcpserverCommand,
  mkdhcpstaticCommand,
  netbootCommand,
  serveCommand,
  ...manualCommands(() => commands),
];
