import fc from 'fast-check';
import { expect, it } from 'vitest';
import { server } from '../../test/helpers/web-server.ts';
import { refuseForeign } from './own-site.ts';

const own = {
  names: ['localhost', 'imageserver', 'images.example.org'],
  settingsFile: '/etc/systemimager/server.toml',
};
const json = { 'content-type': 'application/json' };
const refuse = (method: string, headers: Record<string, string>) =>
  refuseForeign(method, (name) => headers[name], own)?.status;

it.each([
  ['GET', {}],
  ['HEAD', { host: '10.0.0.1' }],
  ['GET', { host: '203.0.113.7:8181' }],
  ['GET', { host: '[fd00::1]:8181' }],
  ['GET', { host: 'imageserver' }],
  ['GET', { host: 'Images.Example.org.:8181' }],
  ['GET', { host: 'localhost:8181', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  ['GET', { host: '10.0.0.1:8181', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  [
    'GET',
    {
      host: '10.0.0.1:8181',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    },
  ],
  ['POST', { host: '10.0.0.1:8181', ...json }],
  ['POST', { host: '10.0.0.1', 'content-type': 'Application/JSON; charset=utf-8', origin: 'http://10.0.0.1' }],
  ['POST', { host: 'imageserver', ...json, origin: 'https://imageserver' }],
])('answers %s with %j', (method, headers) => {
  expect(refuse(method, headers as Record<string, string>)).toBeUndefined();
});
it.each([
  [421, 'GET', { host: 'rebound.example.com:8181' }],
  [421, 'GET', { host: 'imageserver.example.com' }],
  [421, 'GET', { host: '10.0.0.1.example.com' }],
  [421, 'GET', { host: '2130706433' }],
  [421, 'GET', { host: '0x7f.1' }],
  [421, 'GET', { host: '10.0.0.1@example.com' }],
  [421, 'GET', { host: '[imageserver]' }],
  [421, 'GET', { host: '[fd00::1' }],
  [421, 'GET', { host: '' }],
  [403, 'GET', { host: '10.0.0.1:8181', origin: 'http://example.com' }],
  [403, 'GET', { host: '10.0.0.1:8181', origin: 'null' }],
  [403, 'POST', { host: '10.0.0.1:8181', ...json, origin: 'http://10.0.0.1:8182' }],
  [403, 'POST', { host: '10.0.0.1:8181', ...json, origin: 'file://10.0.0.1:8181' }],
  [403, 'OPTIONS', { host: '10.0.0.1:8181', origin: 'http://example.com' }],
  [403, 'POST', { host: 'localhost', ...json, 'sec-fetch-site': 'cross-site' }],
  [
    403,
    'POST',
    { host: 'localhost', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
  [
    403,
    'GET',
    { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
  [403, 'GET', { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  [415, 'POST', { host: '10.0.0.1' }],
  [415, 'POST', { host: '10.0.0.1', 'content-type': 'text/plain' }],
  [415, 'POST', { host: '10.0.0.1', 'content-type': 'text/plain; application/json' }],
  [415, 'POST', { host: '10.0.0.1', 'content-type': 'application/jsonx' }],
  [415, 'PUT', { host: '10.0.0.1', 'content-type': 'multipart/form-data' }],
])('answers %i to %s with %j', (status, method, headers) => {
  expect(refuse(method, headers as unknown as Record<string, string>)).toBe(status);
});
it('answers no name that is not its own, whatever port or dots come with that', () => {
  fc.assert(
    fc.property(fc.domain(), fc.constantFrom('', ':8181', '.', '.:80'), (name, end) => {
      expect(refuse('GET', { host: name + end })).toBe(own.names.includes(name) ? undefined : 421);
    }),
  );
});
it('tells root once which name a machine asks by, and what to do', async () => {
  const { ask, said } = await server();
  for (const _ of [1, 2]) {
    const answer = await ask('/boot.ipxe', { headers: { host: 'alias.example.org:8181' } });
    expect([answer.status, await answer.json()]).toEqual([
      421,
      {
        error: '"alias.example.org:8181" is no name of this server',
        hint: 'Ask by the address of the server, or add the name to names in /etc/systemimager/server.toml.',
      },
    ]);
  }
  expect(said).toHaveLength(1);
  for (let nth = 0; nth < 100; nth += 1) await ask('/', { headers: { host: `x${nth}.example.org` } });
  expect(said).toHaveLength(20);
});
it('lets browsers run nothing, frame nothing and read nothing for other sites', async () => {
  const { ask } = await server();
  for (const path of ['/', '/status.json', '/boot.ipxe', '/absent', '/boot/amd64/kernel']) {
    const { headers } = await ask(path, { method: path.startsWith('/boot/') ? 'HEAD' : 'GET' });
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; .*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});
