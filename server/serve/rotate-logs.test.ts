import { expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { planRotation } from './rotate-logs.ts';

const large = { kind: 'file' as const, sizeBytes: 17 * 1024 ** 2 };

it('leaves a log alone that is small, or not there yet', async () => {
  const { io } = recorderIo({ files: { '/log/serve.log': 'a line\n' } });
  expect(await planRotation(io, '/log/serve.log')).toEqual([]);
  expect(await planRotation(io, '/log/dnsmasq.log')).toEqual([]);
});
it('copies a large log, empties it, and keeps four older ones', async () => {
  const files = { '/log/a': large, '/log/a.1': 'one', '/log/a.3': 'three', '/log/a.4': 'four' };
  const { io, did } = recorderIo({ files });
  await apply(await planRotation(io, '/log/a'), io);
  expect(did).toEqual([
    'rename /log/a.3 /log/a.4',
    'rename /log/a.1 /log/a.2',
    'copy /log/a /log/a.1',
    'run truncate --size=0 -- /log/a',
  ]);
  expect(await io.readText('/log/a.4')).toBe('three');
});
