import { expect, it } from 'vitest';
import { announce, summarise } from './summary.ts';

const base = { id: '52-54-00-00-00-01.20260101T000000', seq: 1, at: '', mac: '52:54:00:00:00:01' };

it.each([
  ['', '52:54:00:00:00:01: the installation failed: no script'],
  ['mkfs', '52:54:00:00:00:01: mkfs failed: no script'],
])('says who failed and where, verb %j', (verb, line) => {
  const event = { ...base, kind: 'failed' as const, verb, error: 'no script', hint: '' };
  expect(announce(event, summarise(undefined, event, '2026-01-01T00:00:00Z'))).toBe(line);
});

it('keeps the lines of an error apart from those of the server', () => {
  const event = { ...base, kind: 'failed' as const, verb: '', error: 'no script. Tried:\n12:00:00 x', hint: '' };
  expect(announce(event, summarise(undefined, event, '2026-01-01T00:00:00Z'))).toBe(
    '52:54:00:00:00:01: the installation failed: no script. Tried:\n    12:00:00 x',
  );
});
