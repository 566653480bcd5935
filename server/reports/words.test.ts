import { expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { consoleLine } from './words.ts';

const base = { id: '52-54-00-00-00-01.20260101T000000', seq: 1, at: '', mac: '52:54:00:00:00:01' };

it.each([
  ['', '52:54:00:00:00:01: the installation failed: no script'],
  ['mkfs', '52:54:00:00:00:01: mkfs failed: no script'],
])('says who failed and where, verb %j', (verb, line) => {
  const event = { ...base, kind: 'failed' as const, verb, error: 'no script', hint: '' };
  expect(consoleLine(event, summarise(undefined, event, '2026-01-01T00:00:00Z'))).toBe(line);
});

it('names a machine as it calls itself, with its card', () => {
  const started = {
    kind: 'started' as const,
    host: 'db1',
    ip: '10.0.0.9',
    script: 'db1.sh',
    firmware: 'bios' as const,
    version: '6',
  };
  const before = summarise(undefined, { ...base, ...started }, '2026-01-01T00:00:00Z');
  const event = { ...base, kind: 'finished' as const, image: 'web_v1', afterwards: 'reboot' as const, seconds: 9 };
  expect(consoleLine(event, summarise(before, event, '2026-01-01T00:00:00Z'))).toBe(
    'db1 (52:54:00:00:00:01): installed web_v1 in 9 s, then reboot',
  );
});

it('keeps the lines of an error apart from those of the server', () => {
  const event = { ...base, kind: 'failed' as const, verb: '', error: 'no script. Tried:\n12:00:00 x', hint: '' };
  expect(consoleLine(event, summarise(undefined, event, '2026-01-01T00:00:00Z'))).toBe(
    '52:54:00:00:00:01: the installation failed: no script. Tried:\n    12:00:00 x',
  );
});
