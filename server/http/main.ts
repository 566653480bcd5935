import { describeError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { printLine, sayLine } from '../../common/system/terminal.ts';
import { serverPaths } from '../config/paths.ts';
import { Reports } from '../reports/store.ts';
import { webApp } from './app.ts';
import { listen, networkGate, webServer } from './listen.ts';
import { monitorAt } from './monitor.ts';
import { WebSettings } from './settings.ts';

/**
 * The HTTP server as a program of its own, which `systemimager serve` starts as an unprivileged user: SETTINGS.
 * It can read boot files and who boots what, and write reports; for the rest it asks the monitor.
 */
async function main(settingsFile: string): Promise<void> {
  const text = (await realIo.readText(absPath(settingsFile))) ?? '';
  const { root, ports, networks, names, config } = WebSettings.parse(JSON.parse(text));
  const paths = serverPaths(root);
  const say = printLine;
  const reports = await Reports.open(realIo, paths.reports, config.reports, say);
  const gate = networkGate(networks, paths.config, say);
  const monitor = monitorAt(paths.monitor);
  const server = webServer(webApp({ io: realIo, paths, config, ports, names, reports, monitor, say }), gate);
  await listen(server, ports.http);
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

try {
  await main(process.argv[2] ?? '');
} catch (error) {
  sayLine(describeError(error));
  process.exitCode = 1;
}
