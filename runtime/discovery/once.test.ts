import { expect, it } from 'vitest';
import type { SourceName } from '../../common/model/settings.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { Found } from './decide.ts';
import { isDone, waitForRemoval, watchOnce } from './once.ts';

const id = 'a'.repeat(24);
const prompt: Found[] = [{ from: 'boot menu', detail: '', values: { ONCE: id } }];

it('finds the medium by its marker, and the system that the medium has installed, also on a subvolume', async () => {
  const files = { [`/cd/boel-${id}`]: '', [`/disk/@/.boel-${id}`]: 'web_v1 as web1\n', [`/old/boel-${id}`]: '' };
  const { once, visit } = watchOnce(recorderIo({ files }).io, prompt);
  await visit('/old', ['.'], '/dev/sdb1', 'hard disk local.cfg');
  expect(once).toEqual({});
  await visit('/cd', ['.'], '/dev/sr0', 'removable local.cfg');
  await visit('/disk', ['.', '@'], '/dev/sda2', 'hard disk local.cfg');
  expect(once).toEqual({ medium: '/dev/sr0', installed: { node: '/dev/sda2', what: 'web_v1 as web1' } });
});

it.each([
  ['boot menu', 'install', true],
  ['boot prompt', 'install', false],
  ['boot menu', 'identify', false],
] as const)('ONCE of the %s and ACTION=%s: is the work done? %s', (from: SourceName, action, expected) => {
  const ONCE = { value: id, from, detail: '' };
  const ACTION = { value: action, from: 'boot prompt' as const, detail: '' };
  expect(isDone({ ONCE, ACTION }, { installed: { node: '/dev/sda2', what: 'x' } })).toBe(expected);
  expect(isDone({ ONCE, ACTION }, {})).toBe(false);
});

it('starts the machine again when the medium is gone, and not before', async () => {
  let looks = 0;
  const stop = new AbortController();
  const { io, did } = recorderIo({
    answer({ argv }) {
      if (argv[0] === 'reboot') stop.abort();
      return argv[0] === 'blkid' ? { code: ++looks < 3 ? 0 : 2 } : {};
    },
  });
  const said: string[] = [];
  const once = { medium: '/dev/sda1', installed: { node: '/dev/vda2', what: 'web_v1 as web1' } };
  const waiting = waitForRemoval(io, once, { signal: stop.signal, say: (line) => void said.push(line) });
  await expect(waiting).rejects.toThrow('aborted');
  expect(said[0]).toBe('This medium has installed this machine: web_v1 as web1, on /dev/vda2. Nothing is changed.');
  expect(did.filter((one) => one.startsWith('run'))).toEqual([
    ...Array.from({ length: 3 }, () => 'run blkid -p /dev/sda1'),
    'run reboot',
  ]);
});
