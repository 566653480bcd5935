import { expect, it } from 'vitest';
import type { Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { type BareEvent, queueEvent } from './events.ts';
import { paths } from '../paths.ts';
import { allSent, reportId, sendReports } from './reporter.ts';

const server = { host: '10.0.0.1', rsyncPort: 873, httpPort: 8181 };
const target = { server, mac: '52:54:00:ab:00:01', id: '52-54-00-ab-00-01.20261122T234500' };

it('names an installation by its card, its start, and random digits', () => {
  const of = { mac: '52:54:00:AB:00:01', startedAt: new Date('2026-11-22T23:45:00.123Z'), salt: '1f0c93ab' };
  expect(reportId(of)).toBe('52-54-00-ab-00-01.20261122T234500.1f0c93ab');
});

it('keeps an event until the server has taken it', async () => {
  const stop = new AbortController();
  const answers = [500, 408, 200];
  const { io, files } = recorderIo({ http: () => ({ status: answers.shift() ?? 200 }) });
  const said: string[] = [];
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  const once: Io = {
    ...io,
    async write(...args) {
      await io.write(...args);
      if (String(args[1]).startsWith('1 ')) stop.abort();
    },
  };
  await sendReports(once, target, { signal: stop.signal, say: (line) => void said.push(line) });
  expect(files.get(paths.sent)).toBe(`1 ${(await io.lstat(paths.events))?.sizeBytes}\n`);
  expect(said).toEqual([
    'Reports wait: http://10.0.0.1:8181/reports answers 500',
    'The image server takes reports again.',
  ]);
});

/** Sends all that is in the queue; gives the numbers of the events that the server got. */
async function sent(io: Io): Promise<number[]> {
  const stop = new AbortController();
  const numbers: number[] = [];
  const watched: Io = {
    ...io,
    async http(request) {
      numbers.push((request.json as { seq: number }).seq);
      return { status: 200, contentType: '', body: '' };
    },
    sleep: async () => stop.abort(),
  };
  await sendReports(watched, target, { signal: stop.signal, say: () => {} });
  return numbers;
}

it('sends what comes after an event of which a full /run took half', async () => {
  const { io } = recorderIo({});
  await io.append(paths.events, '\n{"at":"2026-11-2');
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  const write = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  expect(await sent({ ...io, write })).toEqual([2]);
});

it('goes on where the program before it ended, and reads no more than it sends', async () => {
  const { io } = recorderIo({});
  const event: BareEvent = { kind: 'log', lines: ['x'.repeat(400_000)] };
  for (let count = 0; count < 5; count += 1) await queueEvent(io, event);
  expect(await sent(io)).toEqual([1, 2, 3, 4, 5]);
  const before = (await io.lstat(paths.events))?.sizeBytes ?? 0;
  await queueEvent(io, event);
  const reads: number[] = [];
  const readPart: Io['readPart'] = async (at, from, bytes) => {
    reads.push(from, bytes);
    return io.readPart(at, from, bytes);
  };
  expect(await sent({ ...io, readPart })).toEqual([6]);
  expect(reads).toEqual([before, 1024 ** 2]);
});

it('passes over what is no event, however long', async () => {
  const { io } = recorderIo({});
  await io.append(paths.events, `\n${'x'.repeat(3 * 1024 ** 2)}\n`);
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  expect((await sent(io)).length).toBe(1);
  expect(await allSent(io, 0)).toBe(true);
});

it.each([
  ['nothing is being sent', undefined, true],
  ['the server has all', '1 1000\n', true],
  ['the server is away', '0 0\n', false],
])('waits for the queue: %s', async (_, sentText, expected) => {
  const { io } = recorderIo({ files: sentText === undefined ? {} : { [paths.sent]: sentText } });
  await queueEvent(io, { kind: 'log', lines: ['hello'] });
  expect(await allSent(io, 1000)).toBe(expected);
});

it('waits for no event of which a full /run took half', async () => {
  const { io } = recorderIo({ files: { [paths.sent]: '0 0\n', [paths.events]: '{"at":"2026-11-2' } });
  expect(await allSent(io, 1000)).toBe(true);
});
