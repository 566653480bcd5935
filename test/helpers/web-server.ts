import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { serverPaths } from '../../server/config/paths.ts';
import { parseServerConfig } from '../../server/config/server-toml.ts';
import { webApp } from '../../server/http/app.ts';
import { Reports } from '../../server/reports/store.ts';
import { rootMonitor } from '../../server/serve/monitor.ts';
import { type RecordedFile, recorderIo } from './recorder-io.ts';

export const paths = serverPaths('/');
export const mac = '52:54:00:00:00:01';
export const id = '52-54-00-00-00-01.20260101T120000';

/** The HTTP server on a machine in memory, asked by `from`. */
export async function server(files: Record<string, RecordedFile> = {}, from = '10.0.0.9', disk?: Io) {
  const machine = recorderIo({ files: { [`${paths.boot}/amd64/kernel`]: 'kernel', ...files } });
  const web = await serverIn('/', disk ?? machine.io, from);
  machine.did.length = 0;
  return { ...machine, ...web };
}

/** The HTTP server on files below `root`, asked by `from`. */
export async function serverIn(root: AbsPath, io: Io, from: string) {
  const own = serverPaths(root);
  const said: string[] = [];
  const config = parseServerConfig('', 'server.toml');
  const say = (line: string) => void said.push(line);
  const app = webApp({
    io,
    paths: own,
    config,
    ports: { http: 8181, rsync: 873 },
    cards: [{ card: 'eth1', address: '10.0.0.1', prefixLength: 24, mac: '52:54:00:00:00:aa' }],
    names: ['imageserver', 'imageserver.example.org'],
    reports: await Reports.open(io, own.reports, config.reports),
    monitor: rootMonitor(io, own, say, new AbortController().signal),
    say,
  });
  const envOf = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress, localAddress: '10.0.0.1' } } });
  const askFrom = async (remote: string, path: string, init: RequestInit = {}) =>
    app.request(`http://10.0.0.1:8181${path}`, init, envOf(remote));
  const ask = (path: string, init: RequestInit = {}) => askFrom(from, path, init);
  const json = { 'content-type': 'application/json' };
  const postFrom = (remote: string, event: unknown) =>
    askFrom(remote, '/reports', { method: 'POST', body: JSON.stringify(event), headers: json });
  const post = (event: unknown) => postFrom(from, event);
  const boot = async (query = `?mac=${mac}`) =>
    (await ask(`/boot.ipxe${query}`, { headers: { host: '10.0.0.1:8181' } })).text();
  return { io, ask, post, postFrom, boot, said };
}
export const event = { id, seq: 1, at: '', mac };
export const finished = { ...event, seq: 2, kind: 'finished', image: 'web_v1', afterwards: 'reboot', seconds: 9 };
