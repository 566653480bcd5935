import { expect, it } from 'vitest';
import { event, finished, id, mac, paths, server } from '../../test/helpers/web-server.ts';

it.each([
  '/boot/amd64/absent',
  '/boot/amd64/.hidden',
  '/boot/amd64/%2e%2e/%2e%2e/hosts.json',
  '/boot/amd64/..%2f..%2fhosts.json',
  '/boot/i386/kernel',
  '/boot/amd64/grub',
  '/boot/amd64/%',
  '/boot/amd64/kernel%00',
  '/boot/%e0%80%80/kernel',
  '/images/..%2f..%2fetc/facts',
  '/images/scripts/facts',
  '/images/web_v1/etc/shadow',
  '/scripts/demo1.sh',
])('does not serve %s', async (path) => {
  const { ask } = await server({
    [paths.hosts]: '{}',
    [`${paths.boot}/amd64/.hidden`]: 'x',
    [`${paths.boot}/amd64/grub/x`]: 'x',
    [`${paths.images}/web_v1/etc/shadow`]: 'x',
    [`${paths.scripts}/demo1.sh`]: 'x',
  });
  expect((await ask(path)).status).toBe(404);
});
it('tells the size of a boot file, and refuses a range outside of it', async () => {
  const { ask } = await server();
  const head = await ask('/boot/amd64/kernel', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '6']);
  expect((await ask('/boot/amd64/kernel', { headers: { range: 'bytes=9-' } })).status).toBe(416);
});
it.each([
  ['10.0.0.1:8080', '10.0.0.1:8080'],
  ['imageserver.example.org', 'imageserver.example.org:80'],
  // UEFI writes no port, whatever the port is.
  ['10.0.0.1', '10.0.0.1:8181'],
])('is reached as the header Host says: %s', async (host, reached) => {
  const { ask } = await server();
  const text = await (await ask(`/boot.ipxe?mac=${mac}`, { headers: { host } })).text();
  expect(text).toContain(`kernel http://${reached}/boot/amd64/kernel`);
});

it('asks for the MAC, then installs a machine, and sends it to its own disk once it has finished', async () => {
  const { boot, post } = await server({
    [paths.hosts]: JSON.stringify({ version: 1, machines: [{ host: 'demo1', mac }] }),
  });
  expect(await boot('')).toContain('chain --replace boot.ipxe?mac=');
  expect(await boot()).toContain('kernel http://10.0.0.1:8181/boot/amd64/kernel');
  expect(
    (
      await post({
        ...event,
        kind: 'started',
        host: 'demo1',
        ip: '10.0.0.9',
        script: 'demo1.sh',
        firmware: 'bios',
        version: '6',
      })
    ).status,
  ).toBe(204);
  expect((await post(finished)).status).toBe(204);
  expect(await boot()).toContain('demo1 starts its own disk: installed web_v1.');
});
it('says what is missing where there is no kernel for a machine', async () => {
  const { boot } = await server();
  expect(await boot(`?mac=${mac}&arch=arm64`)).toContain('There is no boot/arm64/kernel on the server');
  expect(await boot(`?mac=${mac}&arch=i386`)).toContain('32-bit');
});
it.each([
  [{ ...event, kind: 'nonsense' }],
  ['text'],
  [{ ...finished, id: '../../etc/passwd' }],
  [{ ...finished, mac: '52:54:00:00:00:02' }],
  [{ ...finished, image: 'web_v1\n03:00:00 another line' }],
  [null],
])('refuses the report %j', async (wrong) => {
  const { post, did } = await server();
  expect((await post(wrong)).status).toBe(400);
  expect(did).toEqual([]);
});
it('takes no event of more than 1 MiB, whether its length is told or not', async () => {
  const { ask, did } = await server();
  const body = JSON.stringify({ ...event, kind: 'log', lines: ['x'.repeat(1024 * 1024)] });
  const chunks = () => new Blob([body]).stream();
  const type = { 'content-type': 'application/json' };
  const told = { method: 'POST', body, headers: { ...type, 'content-length': String(body.length) } };
  expect((await ask('/reports', told)).status).toBe(413);
  expect((await ask('/reports', { method: 'POST', body: chunks(), duplex: 'half', headers: type })).status).toBe(413);
  expect(did).toEqual([]);
});
it.each(['/images/web_v1/facts?mount=../etc', '/images/web_v1/facts?mount=/a/../../b'])('refuses %s', async (path) => {
  expect((await (await server()).ask(path)).status).toBe(400);
});
it('shows what machines say as text, never as HTML', async () => {
  const { ask, post } = await server();
  await post({ ...event, kind: 'failed', verb: 'image', error: '<script>alert(1)</script>', hint: '' });
  const page = await (await ask('/')).text();
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toContain('<script>');
  expect(page).toContain(`href="/installations/${id}"`);
  const own = await (await ask(`/installations/${id}`)).text();
  expect(own).toContain('image failed: &lt;script&gt;');
  expect(own).not.toContain('<script>');
});
it.each(['/installations/..%2f..%2fhosts.json', '/installations/52-54-00-00-00-09.20260101T120000'])(
  'knows no installation at %s',
  async (path) => {
    expect((await (await server({ [paths.hosts]: '{}' })).ask(path)).status).toBe(404);
  },
);
it('shows the console of an installation, and of each verb’s progress only the last', async () => {
  const { ask, post } = await server();
  const progress = { ...event, kind: 'progress', verb: 'image', totalBytes: 100 * 1024 ** 2, bytesPerSecond: 1 };
  await post({ ...progress, doneBytes: 10 * 1024 ** 2 });
  await post({ ...event, seq: 2, kind: 'log', lines: ['image: 10 %'] });
  await post({ ...progress, seq: 3, doneBytes: 20 * 1024 ** 2 });
  const page = await (await ask(`/installations/${id}`)).text();
  expect(page).toContain('image: 10 %');
  expect(page).toContain('image: 20 of 100 MiB');
  expect(page).not.toContain('image: 10 of 100 MiB');
});
it('tells root again that a machine has finished, where it says so again', async () => {
  const { post, boot, io } = await server();
  await post(finished);
  await io.remove(paths.netboot);
  expect((await post(finished)).status).toBe(204);
  expect(await boot()).toContain('sanboot');
});
