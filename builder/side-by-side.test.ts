import { expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import type { BuildContext } from './run.ts';
import { eachSideBySide, partsSideBySide } from './side-by-side.ts';

const context: BuildContext = { io: recorderIo({}).io, signal: new AbortController().signal, say: () => {} };
const aborted = ({ signal }: BuildContext) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));

it('does every item once', async () => {
  const done: number[] = [];
  await eachSideBySide([1, 2, 3, 4, 5], async (item) => void done.push(item));
  expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
});
it('gives what each part gives', async () => {
  expect(await partsSideBySide<[number, string]>(context, [async () => 1, async () => 'a'])).toEqual([1, 'a']);
});
it('ends the other parts when one fails, and throws its error', async () => {
  let isEnded = false;
  const other = (shared: BuildContext) => aborted(shared).finally(() => (isEnded = true));
  const failing = () => Promise.reject(new Error('no space left'));
  await expect(partsSideBySide<[number, never]>(context, [failing, other])).rejects.toThrow('no space left');
  expect(isEnded).toBe(true);
});
