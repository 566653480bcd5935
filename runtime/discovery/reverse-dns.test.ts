import dgram from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { type ReverseAnswer, reverseDns, reversePatiently } from './reverse-dns.ts';

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

/** What a name server comes to that answers every question with this code (RFC 1035 section 4.1.1, RCODE). */
async function answeredWith(code: number): Promise<ReverseAnswer> {
  const server = dgram.createSocket('udp4');
  server.on('message', (question, from) => {
    const answer = Buffer.from(question);
    answer.set([0x81, 0x80 | code], 2);
    server.send(answer, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await reverseDns('10.0.0.5', [`127.0.0.1:${server.address().port}`]);
  } finally {
    server.close();
  }
}

it.each([
  [2, 'the name server failed', true],
  [3, 'no name', false],
  [5, 'the name server refused', false],
])('tells a name server that answers with code %i from one that knows no name', async (code, words, mayPass) => {
  expect(await answeredWith(code)).toEqual({ reason: expect.stringContaining(words) as string, mayPass });
});
