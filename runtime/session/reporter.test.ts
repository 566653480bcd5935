import { expect, it } from 'vitest';
import type { Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { queueEvent } from './events.ts';
import { allSent, reportId, sendReports } from './reporter.ts';

const server = { host: '10.0.0.1', rsyncPort: 873, httpPort: 8181 };

it('names an installation by its card, its start, and random digits', () => {
  const target = { mac: '52:54:00:AB:00:01', startedAt: new Date('2026-11-22T23:45:00.123Z'), salt: '1f0c93ab' };
  expect(reportId(target)).toBe('52-54-00-ab-00-01.20261122T234500.1f0c93ab');
});

it('keeps an event until the server has taken it', async () => {
  const stop = new AbortController();
  const answers = [500, 408, 200];
  const { io, files } = recorderIo({ http: () => ({ status: answers.shift() ?? 200 }) });
  const said: string[] = [];
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  const target = { server, mac: '52:54:00:ab:00:01', startedAt: new Date(0), salt: '00000000' };
  const once: Io = {
    ...io,
    async write(...args) {
      await io.write(...args);
      if (args[1] === '1\n') stop.abort();
    },
  };
  await sendReports(once, target, stop.signal, (line) => void said.push(line));
  expect(files.get('/run/boel/events.sent')).toBe('1\n');
  expect(said).toEqual([
    'Reports wait: http://10.0.0.1:8181/reports answers 500',
    'The image server takes reports again.',
  ]);
});

it('sends what comes after an event of which a full /run took half', async () => {
  const stop = new AbortController();
  const { io, did } = recorderIo({ http: () => ({ status: 200 }) });
  await io.append('/run/boel/events.jsonl', '\n{"at":"2026-11-2');
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  const target = { server, mac: '52:54:00:ab:00:01', startedAt: new Date(0), salt: '00000000' };
  const full: Io = {
    ...io,
    write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    sleep: async () => stop.abort(),
  };
  await sendReports(full, target, stop.signal, () => {});
  expect(did.filter((line) => line.startsWith('http'))).toEqual(['http http://10.0.0.1:8181/reports']);
});

it.each([
  ['nothing is being sent', undefined, true],
  ['the server has all', '1\n', true],
  ['the server is away', '0\n', false],
])('waits for the queue: %s', async (_, sent, expected) => {
  const { io } = recorderIo({ files: sent === undefined ? {} : { '/run/boel/events.sent': sent } });
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  expect(await allSent(io, 1000)).toBe(expected);
});
