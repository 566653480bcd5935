import type { Io } from '../../common/system/io.ts';
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
  const io = disk ?? machine.io;
  const said: string[] = [];
  const config = parseServerConfig('', 'server.toml');
  const say = (line: string) => void said.push(line);
  const app = webApp({
    io,
    paths,
    config,
    ports: { http: 8181, rsync: 873 },
    names: ['imageserver', 'imageserver.example.org'],
    reports: await Reports.open(io, paths.reports, config.reports),
    monitor: rootMonitor(io, paths, say, new AbortController().signal),
    say,
  });
  machine.did.length = 0;
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
  return { ...machine, io, ask, post, postFrom, boot, said };
}
export const event = { id, seq: 1, at: '', mac };
export const finished = { ...event, seq: 2, kind: 'finished', image: 'web_v1', afterwards: 'reboot', seconds: 9 };
