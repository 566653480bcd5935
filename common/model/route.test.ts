import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskOf, printIpv4 } from './ipv4.ts';
import { parseRoutes, printRoutes } from './route.ts';

it('reads routes as ip(8) writes them; a host needs no length', () => {
  expect(parseRoutes('10.9.0.0/16 via 10.0.0.254,10.8.0.0/16, 192.0.2.7  via 10.0.0.253')).toEqual([
    { network: '10.9.0.0', prefixLength: 16, via: '10.0.0.254' },
    { network: '10.8.0.0', prefixLength: 16, via: undefined },
    { network: '192.0.2.7', prefixLength: 32, via: '10.0.0.253' },
  ]);
});
it.each([
  '10.9.0.1/16',
  'default via 10.0.0.1',
  '10.9.0.0/33',
  '0.0.0.0/0',
  '10.9.0.0/16 by 10.0.0.1',
  '10.9.0.0/16 via 0.0.0.1',
])('refuses %s', (text) => {
  expect(parseRoutes(text)).toBeUndefined();
});
it('reads what it has printed', () => {
  const route = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }), fc.boolean())
    .map(([address, prefixLength, isFar]) => {
      const network = printIpv4((address & maskOf(prefixLength)) >>> 0);
      return { network, prefixLength, via: isFar ? '10.0.0.254' : undefined };
    });
  fc.assert(
    fc.property(fc.array(route), (routes) => {
      expect(parseRoutes(printRoutes(routes))).toEqual(routes);
    }),
  );
});
