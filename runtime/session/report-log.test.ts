import { expect, it } from 'vitest';
import type { Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { paths } from '../paths.ts';
import { queueNewLines, reportLog } from './report-log.ts';

const queued = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { lines: string[] }).lines);

/** Queues what is there, from a byte on, and tells how far it came. */
async function queueAll(io: Io, fromBytes = 0): Promise<number> {
  let done = fromBytes;
  for (let next = await queueNewLines(io, done); next > done; next = await queueNewLines(io, done)) done = next;
  return done;
}

it('queues each whole line once, and leaves a line that is not yet whole', async () => {
  const { io } = recorderIo({ files: { [paths.console]: 'one\n\ntwo ä\nthr' } });
  const done = await queueAll(io);
  expect(queued((await io.readText(paths.events)) ?? '')).toEqual([['one', '', 'two ä']]);
  expect(await queueNewLines(io, done)).toBe(done);
  await io.append(paths.console, 'ee\n');
  await queueAll(io, done);
  expect(queued((await io.readText(paths.events)) ?? '')).toEqual([['one', '', 'two ä'], ['three']]);
});

it('makes several events of much, none larger than the server takes', async () => {
  const long = '\0'.repeat(150_000);
  const { io } = recorderIo({ files: { [paths.console]: `${'x'.repeat(39)}\n`.repeat(2000) + `${long}\n` } });
  await queueAll(io);
  const text = (await io.readText(paths.events)) ?? '';
  expect(queued(text).map((lines) => lines.length)).toEqual([1000, 1000, 1, 1]);
  expect(queued(text).flat().join('').length).toBe(2000 * 39 + long.length);
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(1024 * 1024);
});

it('queues nothing where there is no log yet', async () => {
  const { io } = recorderIo({});
  expect(await queueNewLines(io, 0)).toBe(0);
  expect(await io.readText(paths.events)).toBeUndefined();
});

it('queues no more than the server keeps, and says so', async () => {
  const log = `${'x'.repeat(1023)}\n`.repeat(5000);
  const { io } = recorderIo({ files: { [paths.console]: log, [paths.logged]: String(4000 * 1024) } });
  await reportLog(io, new AbortController().signal);
  const lines = queued((await io.readText(paths.events)) ?? '').flat();
  expect(lines.at(-1)).toContain('The rest of the log is not reported');
  expect(lines.length).toBeLessThan(4 * 1024 - 4000 + 100);
});

it('goes on where the program before it ended', async () => {
  const stop = new AbortController();
  const { io } = recorderIo({ files: { [paths.console]: 'one\ntwo\n', [paths.logged]: '4\n' } });
  await reportLog({ ...io, sleep: async () => stop.abort() }, stop.signal);
  expect(queued((await io.readText(paths.events)) ?? '')).toEqual([['two']]);
  expect(await io.readText(paths.logged)).toBe('8\n');
});
