import { describeError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { printLine, sayLine } from '../../common/system/terminal.ts';
import { startWeb } from './start.ts';

/*
 * The HTTP server as a program of its own, which `systemimager serve` starts as an unprivileged user; its argument is SETTINGS.
 * It can read boot files and the lists of what machines boot, and write reports; for the rest it asks the monitor.
 */
try {
  const text = (await realIo.readText(absPath(process.argv[2] ?? ''))) ?? '';
  const server = await startWeb(realIo, text, printLine);
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
} catch (error) {
  sayLine(describeError(error));
  process.exitCode = 1;
}
