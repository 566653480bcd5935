import { ftruncateSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Spool } from './spool.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('hands over what was written a few times a second, and the rest at the end; a character cut in two is whole', () => {
  const texts: string[] = [];
  const spool = new Spool((text) => void texts.push(text));
  const bytes = Buffer.from('first\rsecond é');
  writeSync(spool.fd, bytes.subarray(0, -1));
  writeSync(spool.fd, '');
  expect(texts).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(texts).toEqual(['first\rsecond ']);
  writeSync(spool.fd, bytes.subarray(-1));
  spool.end();
  expect(texts.join('')).toBe('first\rsecond é');
});

it('stays short, however much is written', () => {
  let taken = 0;
  const spool = new Spool((text) => void (taken += text.length));
  const chunk = 'x'.repeat(700_000);
  for (let round = 0; round < 5; round += 1) {
    writeSync(spool.fd, chunk);
    vi.advanceTimersByTime(250);
  }
  // What appends goes on at the beginning of an emptied file.
  ftruncateSync(spool.fd, 0);
  spool.end();
  expect(taken).toBe(5 * chunk.length);
});
