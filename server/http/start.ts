import type { Server } from 'node:http';
import type { Io } from '../../common/system/io.ts';
import { serverPaths } from '../config/paths.ts';
import { Reports } from '../reports/store.ts';
import { webApp } from './app.ts';
import { listen, networkGate, webServer } from './listen.ts';
import { monitorAt } from './monitor.ts';
import { WebSettings } from './settings.ts';

/** Starts the HTTP server that the text of its settings file describes. */
export async function startWeb(io: Io, text: string, say: (line: string) => void): Promise<Server> {
  const { root, ports, networks, names, cards, config } = WebSettings.parse(JSON.parse(text));
  const paths = serverPaths(root);
  const reports = await Reports.open(io, paths.reports, config.reports, say);
  const monitor = monitorAt(paths.monitor);
  const app = webApp({ io, paths, config, ports, names, cards, reports, monitor, say });
  const server = webServer(app, networkGate(networks, paths.config, say));
  await listen(server, ports.http);
  return server;
}
