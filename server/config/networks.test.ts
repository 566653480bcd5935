import { expect, it } from 'vitest';
import { answeredNetworks, type ServerCard, ipv4Of, networkFilter } from './networks.ts';

const cards: ServerCard[] = [
  { card: 'lo', address: '127.0.0.1', prefixLength: 8, mac: '00:00:00:00:00:00' },
  { card: 'eth0', address: '10.77.0.1', prefixLength: 24, mac: '52:54:00:00:00:01' },
  { card: 'eth1', address: '192.168.5.9', prefixLength: 22, mac: '52:54:00:00:00:02' },
];

it('answers the subnets of its own cards by default', () => {
  expect(answeredNetworks(undefined, cards)).toEqual(['127.0.0.0/8', '10.77.0.0/24', '192.168.4.0/22', '::1/128']);
});
it('answers only one card where one is named', () => {
  expect(answeredNetworks(undefined, cards, 'eth0')).toEqual(['10.77.0.0/24', '127.0.0.0/8', '::1/128']);
});
it('answers the networks of server.toml instead', () => {
  expect(answeredNetworks(['172.16.0.0/12'], cards)).toEqual(['172.16.0.0/12', '127.0.0.0/8', '::1/128']);
});
it('answers everybody only where * is typed', () => {
  expect(answeredNetworks(['*'], cards)).toBe('*');
  expect(networkFilter('*')(undefined)).toBe(true);
});
it.each([
  ['10.77.0.200', true],
  ['::ffff:10.77.0.200', true],
  ['10.77.1.1', false],
  ['::1', true],
  ['fe80::1', false],
  ['nonsense', false],
  [undefined, false],
])('%s is answered: %s', (address, answered) => {
  expect(networkFilter(['10.77.0.0/24', '::1/128'])(address)).toBe(answered);
});
it('says which interfaces there are where one is unknown', () => {
  expect(() => ipv4Of('eth9', cards)).toThrow('eth9 has no IPv4 address');
});
