import { expect, it } from 'vitest';
import type { Exit, Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { supervise } from './supervise.ts';

const service = { name: 'rsync', argv: ['rsync', '--daemon'] as const, ready: { kind: 'file', at: '/ready' } as const };

/** A machine on which a program can be made to end by itself. */
function machine(files: Record<string, string>) {
  const delays: number[] = [];
  const children: { end: (exit: Partial<Exit>) => void }[] = [];
  const { io: base, did } = recorderIo({ files });
  const io: Io = {
    ...base,
    sleep: async (ms) => void delays.push(ms),
    async start(command, hooks) {
      const child = await base.start(command, hooks);
      const ended = Promise.withResolvers<Exit>();
      const exit = { argv: command.argv, code: 0, timedOut: false, stdout: '', stderr: '' };
      children.push({ end: (how) => ended.resolve({ ...exit, ...how }) });
      return { ...child, exit: Promise.race([child.exit, ended.promise]) };
    },
  };
  return { io, did, children, delays };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

it('starts a program again when it ends, later each time, and says why', async () => {
  const { io, children, delays } = machine({ '/ready': '' });
  const said: string[] = [];
  const running = await supervise(service, io, (line) => void said.push(line));
  children[0]?.end({ code: 137, signal: 'SIGKILL' });
  await turn();
  children[1]?.end({ code: 1, stderr: 'x\nno space left\n' });
  await turn();
  expect(children.length).toBe(3);
  expect(said).toEqual([
    'rsync was ended by SIGKILL; the next start is in 1 s',
    'rsync ended with exit code 1: no space left; the next start is in 2 s',
  ]);
  expect(delays).toEqual([1000, 2000]);
  await running.stop();
});
it('leaves nothing running when it is stopped', async () => {
  const { io, did } = machine({ '/ready': '' });
  const running = await supervise(service, io, () => {});
  await running.stop();
  expect(did).toEqual(['start rsync --daemon', 'stop rsync']);
});
it('fails where the program does not even start', async () => {
  const { io, children } = machine({});
  const failed = supervise(service, { ...io, sleep: turn as Io['sleep'] }, () => {});
  await turn();
  children[0]?.end({ code: 2, stderr: 'bad option' });
  await expect(failed).rejects.toThrow('rsync ended with exit code 2: bad option');
});
