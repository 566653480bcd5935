import fs from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { parseServerConfig } from '../config/server-toml.ts';
import { rootMonitor, startMonitor } from '../serve/monitor.ts';
import { webSettingsStep } from '../serve/web-service.ts';
import type { ServeFacts } from '../serve/serve-facts.ts';
import { startWeb } from './start.ts';

let top = '';
let server: Server | undefined;
let endMonitor = async () => {};
beforeEach(() => (top = fs.mkdtempSync(path.join(os.tmpdir(), 'web-'))));
afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  await endMonitor();
  fs.rmSync(top, { recursive: true });
});

/** The text that `serve` writes for the HTTP server. */
function settings(more: Partial<ServeFacts> = {}): string {
  const root = absPath(top);
  const config = parseServerConfig('', 'server.toml');
  const ports = { rsync: 873, http: 0 };
  const [images, hosts, groups, netboot]: [[], [], [], ServeFacts['netboot']] = [
    [],
    [],
    [],
    { version: 1, machines: {} },
  ];
  const known = { images, hosts, groups, netboot, networks: '*' as const, cards: [], names: [], web: {}, ...more };
  const step = webSettingsStep({ root, paths: serverPaths(root), config, ports, ...known });
  if (step.kind !== 'write' || typeof step.content !== 'string') throw new Error('web.json is not written as a text');
  return step.content;
}
/** Asks the server for a path. */
const ask = (at: string) => fetch(`http://127.0.0.1:${(server?.address() as AddressInfo | undefined)?.port}${at}`);

it('starts from what serve wrote, and asks root for what only root can read', async () => {
  const paths = serverPaths(absPath(top));
  fs.mkdirSync(paths.run, { recursive: true });
  fs.mkdirSync(paths.reports, { recursive: true });
  const { io } = recorderIo({ files: { [`${paths.images}/web_v1`]: { dir: true } } });
  const monitor = rootMonitor(io, paths, () => {}, new AbortController().signal);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  endMonitor = await startMonitor(monitor, paths.monitor, owner);
  server = await startWeb(realIo, settings(), () => {});
  expect(await (await ask('/status.json')).json()).toEqual({ installations: [], images: ['web_v1'] });
});

it('says that it cannot ask root, and goes on, where serve has ended', async () => {
  const said: string[] = [];
  server = await startWeb(recorderIo({}).io, settings(), (line) => void said.push(line));
  expect((await ask('/status.json')).status).toBe(500);
  expect(said).toEqual([expect.stringMatching(/^HTTP GET \/status\.json: connect ENOENT/)]);
  expect((await ask('/boot.ipxe')).status).toBe(200);
});

it('answers no stranger', async () => {
  server = await startWeb(recorderIo({}).io, settings({ networks: ['10.0.0.0/24'] }), () => {});
  expect((await ask('/boot.ipxe')).status).toBe(403);
});

it.each([
  ['', 'Unexpected end of JSON input'],
  ['{}', 'invalid_type'],
  ['{"root":"relative"}', 'must start with'],
])('refuses settings that are none: %j', async (text, message) => {
  await expect(startWeb(recorderIo({}).io, text, () => {})).rejects.toThrow(message);
});
