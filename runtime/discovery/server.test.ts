import { expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import { serverSource } from '../../install/source/server-source.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { fetchFile } from './server.ts';

it('waits for the server as long as it takes, and says where its address comes from and how to type another', async () => {
  const codes = [10, 10, 35, 0];
  const said: string[] = [];
  const recorder = recorderIo({
    answer: () => {
      const code = codes.shift() ?? 0;
      if (code === 0) recorder.files.set('/run/boel/fetched', '#!/bin/sh\n');
      return { code, stderr: code === 0 ? '' : 'rsync: [Receiver] failed to connect to 10.0.0.2\n' };
    },
  });
  const settings: Settings = {
    IMAGESERVER: { value: '10.0.0.2', from: 'removable local.cfg', detail: '/dev/sr0' },
  };
  const watch = { say: (line: string) => void said.push(line) };
  const bytes = await fetchFile(recorder.io, serverSource(settings), 'web1.sh', watch, settings);
  expect(Buffer.from(bytes ?? '').toString()).toBe('#!/bin/sh\n');
  expect(said[0]).toContain('image server 10.0.0.2 port 873 does not answer');
  expect(said.map((line) => line.replace(/.*; /, ''))).toEqual([
    'trying again in 1 s',
    'trying again in 2 s',
    'trying again in 4 s',
    expect.stringMatching(
      /^IMAGESERVER=10\.0\.0\.2 comes from removable local\.cfg, \/dev\/sr0\. .* type IMAGESERVER=ADDRESS/,
    ),
  ]);
});
