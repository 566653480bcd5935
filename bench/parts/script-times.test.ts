import { expect, it } from 'vitest';
import { scriptTimes } from './script-times.ts';

const base = { id: '52-54-00-00-00-01.20260101T000000', mac: '52:54:00:00:00:01' };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

it('takes off what rsync and mkfs take, up to the end of their verb', () => {
  const shown = [
    '[  10.0] Script: web1.sh',
    '[  12.0] mkfs: Make ext4 on /dev/vda2 (root)',
    '[  20.0] image: Pull image web_v1\r',
    '[  25.0] image: 50 %, 1 of 2 MiB, 0.2 MiB/s',
    '[  26.0] Reports wait: no answer',
    '[  34.0] host: New ssh host keys',
    '[  36.0] The machine switches itself off.',
  ].join('\n');
  const events = [
    { kind: 'verb', verb: 'mkfs', argv: [], phase: 'begin', at: at(11) },
    { kind: 'verb', verb: 'mkfs', argv: [], phase: 'end', at: at(15) },
    { kind: 'verb', verb: 'image', argv: [], phase: 'end', at: at(30) },
    { kind: 'finished', image: 'web_v1', afterwards: 'poweroff', seconds: 35, at: at(35) },
  ].map((event, index) => JSON.stringify({ ...base, seq: index + 1, ...event }));
  // Of 26 s, mkfs took 3 and rsync 10.
  expect(scriptTimes(shown, events)).toEqual({ toImageS: 10, ownS: 13 });
  expect(() => scriptTimes('', events)).toThrow('no script');
});
