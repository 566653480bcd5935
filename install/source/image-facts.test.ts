import { expect, it } from 'vitest';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { fetchImageFacts } from './image-facts.ts';

const facts = { name: 'web_v1', bytes: 5, inodes: 1, mounts: [{ dir: '/', bytes: 5, inodes: 1 }], splitLinks: [] };
const server = { host: '10.0.0.1', rsyncPort: 873, httpPort: 8181 };
const ask = (status: number, body: unknown) => {
  const { io, did } = recorderIo({ http: () => ({ status, body: JSON.stringify(body) }) });
  return { facts: fetchImageFacts(io, server, 'web_v1', ['/', '/boot']), did };
};

it('asks for each mount once, the root always', async () => {
  const { facts: found, did } = ask(200, facts);
  expect(await found).toMatchObject(facts);
  expect(did).toEqual(['http http://10.0.0.1:8181/images/web_v1/facts?mount=%2F&mount=%2Fboot']);
});

it.each([
  [404, { error: 'no image web_v1', hint: 'lsimage' }, UserError, 'no image web_v1'],
  [404, '<html>', UserError, 'the image server answers 404 to http://10.0.0.1:8181/images/web_v1/facts'],
  [200, '<html>', UserError, 'does not give the facts of an image'],
  [500, { error: 'the monitor does not answer', hint: '' }, ServerAway, 'the monitor does not answer'],
  [502, '<html>', ServerAway, 'the image server answers 502'],
])('%i %j is a %o', async (status, body, kind, message) => {
  const error = await ask(status, body).facts.catch((one: unknown) => one);
  expect((error as Error).message).toContain(message);
  expect((error as Error).constructor).toBe(kind);
});
