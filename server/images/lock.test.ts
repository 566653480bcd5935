import { expect, it } from 'vitest';
import { lockImage, lockLists } from './lock.ts';

const hosts = `/lock-test-${process.pid}/hosts.json` as const;

it('lets one command at a time change the lists: the next waits', async () => {
  const order: string[] = [];
  const first = await lockLists({ sleep: () => Promise.resolve() }, { hosts });
  const wait = Promise.withResolvers<void>();
  const second = lockLists({ sleep: () => wait.promise }, { hosts }).then((lock) => (order.push('second'), lock));
  order.push('first');
  await first[Symbol.asyncDispose]();
  wait.resolve();
  await (await second)[Symbol.asyncDispose]();
  expect(order).toEqual(['first', 'second']);
});
it('gives up on a command that does not end, in words', async () => {
  await using _ = await lockLists({ sleep: () => Promise.resolve() }, { hosts });
  await expect(lockLists({ sleep: () => Promise.resolve() }, { hosts })).rejects.toThrow('another command is at work');
});
it('keeps a second command from an image', async () => {
  const at = `/lock-test-${process.pid}/web_v1` as const;
  const free = await lockImage(at);
  await expect(lockImage(at)).rejects.toThrow('another command is at work on web_v1');
  await free[Symbol.asyncDispose]();
  await (await lockImage(at))[Symbol.asyncDispose]();
});
