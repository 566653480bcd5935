import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paths, server } from '../helpers/web-server.ts';
import { reportsOf, stranger } from './machines.ts';
import { busyMs } from '../helpers/busy-ms.ts';

const secret = 'root:$6$secret';
const files = {
  '/etc/shadow': secret,
  [paths.hosts]: secret,
  [`${paths.images}/web_v1/etc/shadow`]: secret,
  [`${paths.scripts}/web1.sh`]: secret,
  [`${paths.boot}/amd64/link`]: { link: '/etc/shadow' },
  [`${paths.boot}/amd64/up`]: { link: '../../hosts.json' },
  [`${paths.reports}/spare-room`]: secret,
};

it('gives no file but those that are for everybody, whatever path is asked for', async () => {
  const { ask } = await server(files);
  const parts =
    '.. . %2e%2e ..%2f %2f %5c \\ %00 % %c0%ae %252e / // ; ? # boot amd64 grub link up ipxe images web_v1 facts ' +
    'installations reports etc shadow hosts.json scripts web1.sh spare-room var lib systemimager';
  const part = fc.constantFrom(...parts.split(' '));
  const path = fc
    .array(fc.oneof({ weight: 9, arbitrary: part }, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 })
    .map((names) => `/${names.join('/')}`);
  await fc.assert(
    fc.asyncProperty(path, async (asked) => {
      const answer = await ask(asked);
      expect(answer.status).toBeLessThan(500);
      expect(answer.status === 200 ? await answer.text() : '').not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});
it('answers every method, header and query, and never with a 500', async () => {
  const { ask } = await server();
  const method = fc.constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'QUERY',
    'PROPFIND',
    'get',
  );
  const path = fc.constantFrom(
    '/',
    '/status.json',
    '/boot.ipxe',
    '/boot/amd64/kernel',
    '/reports',
    '/images/absent/facts',
  );
  const text = fc.string({ maxLength: 300 }).map((one) => one.replaceAll(/[^\x20-\x7e]/g, ''));
  const name = fc.constantFrom('host', 'origin', 'range', 'content-type', 'accept', 'cookie', 'x-forwarded-for');
  const headers = fc.dictionary(name, fc.oneof(text, fc.constantFrom('bytes=0-', 'bytes=9-1', 'application/json')));
  const query = fc.dictionary(fc.constantFrom('mac', 'arch', 'mount'), fc.string());
  await fc.assert(
    fc.asyncProperty(method, path, headers, query, async (...[how, where, said, asked]) => {
      const answer = await ask(`${where}?${new URLSearchParams(asked).toString()}`, {
        method: how,
        headers: said,
        ...(how === 'POST' ? { body: said.cookie ?? '' } : {}),
      });
      expect(answer.status).toBeLessThan(500);
      await answer.body?.cancel();
    }),
    { numRuns: 1000 },
  );
});
it('keeps no report that a page of another site sends', async () => {
  const report = JSON.stringify(reportsOf(stranger).finished);
  const headers: Record<string, string>[] = [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/json', origin: 'http://evil.example' },
    { 'content-type': 'application/json', origin: 'null' },
    { 'content-type': 'application/json', host: 'evil.example:8181', origin: 'http://evil.example:8181' },
    { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
  ];
  for (const one of headers) {
    const { ask, did } = await server(files);
    const { status } = await ask('/reports', { method: 'POST', body: report, headers: one });
    expect([403, 415, 421]).toContain(status);
    expect(did).toEqual([]);
  }
});
it('takes little time for a megabyte of anything', async () => {
  const { ask } = await server();
  const head = JSON.stringify(reportsOf(stranger).log).slice(0, -'["one"]}'.length);
  const bodies = [
    '['.repeat(1_000_000),
    '{"a":'.repeat(200_000),
    `${head}[${'1,'.repeat(500_000)}1]}`,
    `${head}[${'[],'.repeat(300_000)}1]}`,
    `${head}["${'\\"'.repeat(500_000)}"]}`,
    '"'.repeat(1_000_000),
  ];
  for (const body of bodies) {
    const work = () => ask('/reports', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(await busyMs(work)).toBeLessThan(1000);
  }
});
it('hears of another machine’s end while one address sends a thousand reports', async () => {
  const flood = reportsOf(stranger).started ?? {};
  const { ask, postFrom, boot } = await server();
  const statuses = new Set<number>();
  for (let nth = 0; nth < 1000; nth += 1) {
    const id = `52-54-00-00-00-66.20260101T${String(100_000 + nth)}`;
    statuses.add((await postFrom('10.0.0.66', { ...flood, id })).status);
  }
  expect(statuses).toEqual(new Set([204, 503]));
  const { finished } = reportsOf('52:54:00:00:00:02');
  expect((await postFrom('10.0.0.2', finished)).status).toBe(204);
  expect(await boot('?mac=52:54:00:00:00:02')).toContain('sanboot');
  expect((await ask('/')).status).toBe(200);
});
