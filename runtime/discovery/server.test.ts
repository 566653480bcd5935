import { expect, it } from 'vitest';
import { serverSource } from '../../install/source/server-source.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { fetchFile } from './server.ts';

it('waits for the server as long as it takes', async () => {
  const codes = [10, 10, 35, 0];
  const said: string[] = [];
  const recorder = recorderIo({
    answer: () => {
      const code = codes.shift() ?? 0;
      if (code === 0) recorder.files.set('/run/boel/fetched', '#!/bin/sh\n');
      return { code, stderr: code === 0 ? '' : 'rsync: [Receiver] failed to connect to 10.0.0.2\n' };
    },
  });
  const source = serverSource({ IMAGESERVER: { value: '10.0.0.2', from: 'DHCP', detail: '' } });
  const bytes = await fetchFile(recorder.io, source, 'web1.sh', { say: (line) => void said.push(line) });
  expect(Buffer.from(bytes ?? '').toString()).toBe('#!/bin/sh\n');
  expect(said.map((line) => line.replace(/.*; /, ''))).toEqual([
    'trying again in 1 s',
    'trying again in 2 s',
    'trying again in 4 s',
  ]);
});
