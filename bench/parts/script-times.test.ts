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
    '[  35.0] host: Make the machine’s own ssh host keys',
    '[  37.0] boot: Show /dev in /a',
    '[  38.0] boot: Put grub on /dev/vda',
    '[  43.0] The machine switches itself off.',
    '[  44.0] finish: Write everything to the disks',
    '[  45.0] finish: Unmount /a',
  ].join('\n');
  const events = [
    { kind: 'verb', verb: 'mkfs', argv: [], phase: 'begin', at: at(11) },
    { kind: 'verb', verb: 'mkfs', argv: [], phase: 'end', at: at(15) },
    { kind: 'verb', verb: 'image', argv: [], phase: 'end', at: at(30) },
    { kind: 'finished', image: 'web_v1', afterwards: 'poweroff', seconds: 43, at: at(43) },
  ].map((event, index) => JSON.stringify({ ...base, seq: index + 1, ...event }));
  // Of 35 s, mkfs took 3, rsync 10, the keys 2, grub 5 and the disks 1.
  expect(scriptTimes(shown, events)).toEqual({ toImageS: 10, ownS: 14 });
  expect(() => scriptTimes(shown.replace('boot: Put', 'boot: Install'), events)).toThrow('boot: (Put grub');
  expect(() => scriptTimes('', events)).toThrow('no script');
});
