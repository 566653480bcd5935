import { expect, it } from 'vitest';
import type { KnownHost } from '../config/hosts-json.ts';
import { withOwnLeases } from './own-leases.ts';

const mac = '52:54:00:00:00:01';
const lease = { mac, ip: '10.0.0.11', endsMs: 0, isHeld: true };
const names: Record<string, string> = { '10.0.0.11': 'www1.example.org', '10.0.0.12': 'www2' };
const after = (known: KnownHost[], leases = [lease]) => withOwnLeases(known, leases, (ip) => names[ip]);

it('gives a machine that addclients named its MAC', () => {
  const known = [{ host: 'www1', domain: 'x.org', ip: '10.0.0.11', image: 'web' }];
  const { machines, said } = after(known);
  expect(machines).toEqual([{ host: 'www1', domain: 'x.org', ip: '10.0.0.11', image: 'web', mac }]);
  expect(said).toEqual([]);
  expect(after(machines).machines).toEqual(machines);
});
it('makes a machine known that only hosts or DNS name', () => {
  expect(after([]).machines).toEqual([{ host: 'www1', domain: 'example.org', ip: '10.0.0.11', mac }]);
});
it('gives a machine that addclients knows by its MAC the address', () => {
  expect(after([{ host: 'db1', mac }]).machines).toEqual([{ host: 'db1', mac, ip: '10.0.0.11' }]);
});
it.each<[KnownHost[], string, string]>([
  [[], '10.0.0.99', 'the address has no name in hosts or DNS'],
  [[{ host: 'www2', mac, ip: '10.0.0.12' }], '10.0.0.11', 'that MAC belongs to www2, which has 10.0.0.12'],
  [[{ host: 'www1', mac: '52:54:00:00:00:02' }], '10.0.0.11', 'www1 has the MAC 52:54:00:00:00:02'],
  [[{ host: 'db1', ip: '10.0.0.11' }], '10.0.0.11', "it is db1's"],
  [[{ host: 'www1', ip: '10.0.0.77' }], '10.0.0.11', 'www1 has 10.0.0.77'],
])('leaves %j as it is with a lease of %s: %s', (known, ip, words) => {
  const { machines, said } = after(known, [{ ...lease, ip }]);
  expect(machines).toEqual(known);
  expect(said.join()).toContain(words);
});
