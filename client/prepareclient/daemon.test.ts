import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { runningDaemon } from './daemon.ts';

const ours = 'rsync\0--daemon\0--no-detach\0--config=/run/systemimager/rsyncd.conf\0';

it.each([
  ['ours', '77\n', ours, 77],
  ['ours, by its path', '77\n', `/usr/bin/${ours}`, 77],
  ['another rsync', '77\n', 'rsync\0--daemon\0--config=/etc/rsyncd.conf\0', undefined],
  ['an rsync client', '77\n', 'rsync\0-a\0/srv/\0backup:/srv/\0', undefined],
  ['an editor of our configuration', '77\n', 'vi\0--config=/run/systemimager/rsyncd.conf\0', undefined],
  ['nothing', '77\n', undefined, undefined],
  ['no number', '../77\n', ours, undefined],
])('the pid file names %s', async (_, pid, command, expected) => {
  const files = { '/run/systemimager/rsyncd.pid': pid, ...(command ? { '/proc/77/cmdline': command } : {}) };
  expect(await runningDaemon(recorderIo({ files }).io)).toBe(expected);
});
