import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { openShells } from './rescue.ts';

it('opens a shell on each console, once nobody else reads what is typed there', async () => {
  const ended = new AbortController();
  const { io, did } = recorderIo({
    files: { '/sys/class/tty/console/active': 'tty0 ttyS0\n', '/dev/tty1': '', '/dev/ttyS0': '' },
  });
  const order: string[] = [];
  const sleep = async (ms: number) => void order.push(`sleep ${ms}, ${did.length} done`);
  const run = async (command: Parameters<typeof io.run>[0]) => {
    order.push(command.argv.slice(-2).join(' '));
    ended.abort();
    return io.run(command);
  };
  await openShells({ ...io, sleep, run }, 'it stopped\n', ended.signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order[0]).toBe('sleep 1500, 1 done');
  expect(order).toContain('tty1 linux');
});
