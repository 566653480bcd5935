import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { paths } from '../paths.ts';
import { queueNewLines } from './report-log.ts';

const queued = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { lines: string[] }).lines);

it('queues each whole line once, and leaves a line that is not yet whole', async () => {
  const { io } = recorderIo({ files: { [paths.console]: 'one\ntwo ä\nthr' } });
  const done = await queueNewLines(io, 0);
  expect(queued((await io.readText(paths.events)) ?? '')).toEqual([['one', 'two ä']]);
  expect(await queueNewLines(io, done)).toBe(done);
  await io.append(paths.console, 'ee\n');
  await queueNewLines(io, done);
  expect(queued((await io.readText(paths.events)) ?? '')).toEqual([['one', 'two ä'], ['three']]);
});

it('makes several events of much, none larger than the server takes', async () => {
  const long = '\0'.repeat(150_000);
  const { io } = recorderIo({ files: { [paths.console]: `${'x'.repeat(99)}\n`.repeat(2000) + `${long}\n` } });
  await queueNewLines(io, 0);
  const text = (await io.readText(paths.events)) ?? '';
  expect(queued(text).map((lines) => lines.length)).toEqual([1000, 1000, 1]);
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(1024 * 1024);
});

it('queues nothing where there is no log yet', async () => {
  const { io } = recorderIo({});
  expect(await queueNewLines(io, 0)).toBe(0);
  expect(await io.readText(paths.events)).toBeUndefined();
});

it('queues no more than the server keeps, and says so', async () => {
  const { io } = recorderIo({ files: { [paths.console]: `${'x'.repeat(1023)}\n`.repeat(5000) } });
  expect(await queueNewLines(io, 0)).toBe(5000 * 1024);
  const text = (await io.readText(paths.events)) ?? '';
  expect(text.length).toBeLessThan(4.3 * 1024 * 1024);
  expect(queued(text).at(-1)?.at(-1)).toContain('The rest is not reported');
});
