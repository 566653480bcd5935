import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { type ReverseAnswer, reversePatiently } from './reverse-dns.ts';

/** Asks a name server that answers so, one after the other. */
async function ask(...answers: ReverseAnswer[]) {
  const said: string[] = [];
  const watch = { say: (line: string) => void said.push(line) };
  const answer = await reversePatiently(recorderIo({}).io, watch, async () => answers.shift() ?? { names: [] });
  return { answer, said, left: answers.length };
}

const away: ReverseAnswer = { reason: 'no answer (10.0.0.1)', mayPass: true };

it('asks again while the name server is away, and says so', async () => {
  const { answer, said } = await ask(away, away, { names: ['web1'] });
  expect(answer).toEqual({ names: ['web1'] });
  expect(said).toEqual([
    'Reverse DNS: no answer (10.0.0.1); trying again in 2 s (1 of 5)',
    'Reverse DNS: no answer (10.0.0.1); trying again in 4 s (2 of 5)',
  ]);
});

it('believes an answer that there is no name, and gives up in the end', async () => {
  expect(await ask({ reason: 'no name', mayPass: false }, { names: ['web1'] })).toMatchObject({ left: 1, said: [] });
  const { answer, said } = await ask(...Array.from({ length: 9 }, () => away));
  expect([answer, said.length]).toEqual([away, 5]);
});
