import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { givenPassword, withPassword } from './password.ts';

const files = { '/root/pw': 'hush\r\n', '/root/folder': { dir: true } } as const;
const given = (file: string | undefined, env = {}) =>
  givenPassword({ io: recorderIo({ files }).io, signal: AbortSignal.any([]) }, file, env);

it.each([
  ['/root/pw', {}, 'hush'],
  ['/root/pw', { SYSTEMIMAGER_PASSWORD: 'other' }, 'hush'],
  [undefined, { SYSTEMIMAGER_PASSWORD: 'other' }, 'other'],
  [undefined, { SYSTEMIMAGER_PASSWORD: '' }, undefined],
])('of the file %j and the environment %j the password is %j', async (file, env, password) => {
  expect(await given(file, env)).toBe(password);
});
it.each(['/root/none', '/root/folder'])('%s is no file that holds one', async (file) => {
  await expect(given(file)).rejects.toThrow(`${file} is no file`);
});
it('is not asked for where the golden client wants none, or cannot be reached', async () => {
  const source = { kind: 'daemon', host: 'web', port: 873 } as const;
  for (const answer of [{ code: 0 }, { code: 10, stderr: 'Connection refused' }]) {
    const { io } = recorderIo({ answer: () => answer });
    expect(await withPassword({ ...idleContext(), io }, source)).toEqual(source);
  }
});
