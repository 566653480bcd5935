import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { server } from '../helpers/web-server.ts';
import { hostile, hostileTexts, stranger } from './machines.ts';

/** The script without the MAC that asked, and each script that a harmless query leads to. */
const frame = (script: string) => script.replaceAll(/52[:-][0-9a-f:-]{14}/g, 'MAC');
const frames = await (async () => {
  const { boot } = await server();
  const harmless = ['', `?mac=${stranger}`, `?mac=${stranger}&arch=arm64`, `?mac=${stranger}&arch=i386`];
  return (await Promise.all(harmless.map(boot))).map(frame);
})();
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

describe.each(['mac', 'arch', 'other', 'mac[]', '__proto__'])('the query parameter %s', (name) => {
  it.each(hostileTexts)('as %j changes no line of the script', async (text) => {
    const { boot } = await server();
    const mac = name === 'mac' ? '' : `&mac=${stranger}`;
    expect(frames).toContain(frame(await boot(`?${name}=${encoded(text)}${mac}`)));
  });
});

it('whatever is asked, the script is one of ours', async () => {
  const { boot } = await server();
  const pair = fc.tuple(fc.oneof(fc.constantFrom('mac', 'arch'), hostile), hostile);
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { maxLength: 4 }), async (pairs) => {
      const query = pairs.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&');
      expect(frames).toContain(frame(await boot(`?${query}`)));
    }),
    { numRuns: 300 },
  );
});

describe('the Host header', () => {
  const hosts = [
    'x;y',
    'x ; shell',
    '${net0/mac}',
    'x&&y',
    '#x',
    "x'y",
    'a/b',
    'a\\',
    '10.0.0.1:99999',
    '10.0.0.1:0',
    ':80',
    '[::1]',
    '[::1;]',
  ];
  it.each(hosts)('%s reaches no script and no word of the kernel', async (host) => {
    const { ask } = await server();
    const answer = await ask(`/boot.ipxe?mac=${stranger}`, { headers: { host } });
    const script = answer.status === 200 ? await answer.text() : '';
    expect(script.replaceAll('http://10.0.0.1:8181/', '')).not.toContain(host);
    expect([200, 400, 421]).toContain(answer.status);
  });
  it('is how the machine reaches this server', async () => {
    const { ask } = await server();
    const script = await (await ask(`/boot.ipxe?mac=${stranger}`, { headers: { host: 'ImageServer:8080' } })).text();
    expect(script).toContain('kernel http://imageserver:8080/boot/amd64/kernel ');
    expect(script).toContain(' systemimager.default.IMAGESERVER=imageserver systemimager.default.HTTPPORT=8080 ');
  });
});

describe('names and folders in a path', () => {
  it.each(hostileTexts)('%j is answered in words, and shown to no terminal as it is', async (text) => {
    const { ask, said } = await server();
    for (const path of ['/installations/', '/boot/amd64/', '/boot/', '/ipxe/', '/images/', '/images/x/facts?mount=/']) {
      const answer = await ask(`${path}${encoded(text)}`);
      expect(answer.headers.get('content-type') ?? '').not.toContain('html');
      expect(await answer.text()).not.toContain('root:');
    }
    const answer = await ask(`/images/${encoded(text)}/facts`);
    expect([400, 404]).toContain(answer.status);
    expect(said.join('\n')).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  });
});
