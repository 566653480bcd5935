import { expect, it } from 'vitest';
import { z } from 'zod';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { readRecord } from './json-file.ts';

const Shoe = z.object({ size: z.number() });

it.each([
  ['is there', '{"size":42}', { record: { size: 42 } }],
  ['is not there', undefined, {}],
  ['is torn', '{"size":4', { broken: '/shoe.json is not JSON' }],
  [
    'is of another form',
    '{"size":"big"}',
    { broken: '/shoe.json: size: Invalid input: expected number, received string' },
  ],
])('a record that %s is no error', async (_, text, expected) => {
  const { io } = recorderIo({ files: text === undefined ? {} : { '/shoe.json': text } });
  expect(await readRecord(io, '/shoe.json', Shoe)).toEqual(expected);
});
it('a record that cannot be read is no error', async () => {
  const { io } = recorderIo({});
  const failing = { ...io, readText: () => Promise.reject(new Error('EISDIR: illegal operation on a directory')) };
  expect(await readRecord(failing, '/shoe.json', Shoe)).toEqual({ broken: 'EISDIR: illegal operation on a directory' });
});
