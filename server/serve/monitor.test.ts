import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { absPath, type AbsPath } from '../../common/system/place.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { monitorAt } from '../http/monitor.ts';
import { rootMonitor, startMonitor } from './monitor.ts';

const paths = serverPaths('/');
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const done = { mac: '52:54:00:00:00:01', image: 'web_v1', at: '2026-01-01T00:00:00Z', from: '10.0.0.9' };
let socket: AbsPath;
let end: () => Promise<void>;
const machine = () => recorderIo({ files: { [`${paths.images}/web_v1`]: { dir: true } } });
let io = machine().io;

beforeEach(async () => {
  socket = absPath(path.join(mkdtempSync(path.join(os.tmpdir(), 'monitor-')), 'socket'));
  ({ io } = machine());
  end = await startMonitor(
    rootMonitor(io, paths, () => {}, new AbortController().signal),
    socket,
    owner,
  );
});
afterEach(async () => {
  await end();
  rmSync(path.dirname(socket), { recursive: true });
});

it('lists images, to its owner only', async () => {
  expect(await monitorAt(socket).images()).toEqual(['web_v1']);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});
it('says in words which image there is not', async () => {
  await expect(monitorAt(socket).facts('../etc', ['/'], { devices: [], types: [] })).rejects.toThrow(
    'there is no image "../etc"',
  );
});
it('remembers machines that finish at once', async () => {
  const monitor = monitorAt(socket);
  await Promise.all([monitor.finished(done), monitor.finished({ ...done, mac: '52:54:00:00:00:02' })]);
  const { machines } = JSON.parse((await io.readText(paths.netboot)) ?? '') as { machines: object };
  expect(Object.keys(machines)).toEqual(['52:54:00:00:00:01', '52:54:00:00:00:02']);
});
it('says that a path is too long for a socket', async () => {
  const long = absPath(`/${'x'.repeat(107)}`);
  const start = startMonitor(
    rootMonitor(io, paths, () => {}, new AbortController().signal),
    long,
    owner,
  );
  await expect(start).rejects.toMatchObject({ hint: 'Give a shorter path as --root.' });
});
it('refuses what is no MAC', async () => {
  await expect(monitorAt(socket).finished({ ...done, mac: '__proto__' })).rejects.toThrow('400');
});
