import { expect, it } from 'vitest';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { withMeanings } from './find-names.ts';

it('says what the names of reservations mean, by hosts files first, and which mean nothing', async () => {
  const { io, did } = recorderIo({
    files: { '/etc/hosts': '10.0.0.5 www1.x www1\n10.0.0.6 www1.x\n' },
    answer: ({ argv }) =>
      argv.at(-1) === 'www2.x' ? { stdout: '10.0.0.7 STREAM www2.x\n10.0.0.7 DGRAM\n' } : { code: 2 },
  });
  const by = { kind: 'MAC', value: '52:54:00:00:00:01' } as const;
  const written = ['www1.x', 'www2.x', 'www3.x', '10.0.0.8', ''].map((address) => ({
    by,
    address,
    isOurs: false as const,
  }));
  const { reserved, unknown } = await withMeanings({ ...idleContext(), io }, written);
  expect(reserved.map((one) => one.ip ?? one.address)).toEqual([
    '10.0.0.5',
    '10.0.0.6',
    '10.0.0.7',
    'www3.x',
    '10.0.0.8',
    '',
  ]);
  expect(unknown).toEqual(['www3.x']);
  expect(did).toEqual(['run getent ahostsv4 www2.x', 'run getent ahostsv4 www3.x']);
});
