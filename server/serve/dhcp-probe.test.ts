import { expect, it } from 'vitest';
import { dhcpDiscover, offeredBy } from './dhcp-probe.ts';

const xid = 0xdeadbeef;
const packet = (options: number[], change: (bytes: Buffer) => void = () => {}) => {
  const bytes = dhcpDiscover('52:54:00:12:34:56', xid);
  bytes[0] = 2;
  bytes.set(options, 240);
  change(bytes);
  return bytes;
};
const offer = [53, 1, 2, 0, 54, 4, 10, 0, 0, 1, 255];

it('asks with its MAC, for a broadcast answer', () => {
  const bytes = dhcpDiscover('52:54:00:12:34:56', xid);
  expect(bytes.subarray(28, 34).toString('hex')).toBe('525400123456');
  expect(bytes.readUInt16BE(10)).toBe(0x8000);
  expect([...bytes.subarray(240, 244)]).toEqual([53, 1, 1, 255]);
});
it.each<[string, Buffer, string | undefined]>([
  ['an offer', packet(offer), '10.0.0.1'],
  ['our own question', dhcpDiscover('52:54:00:12:34:56', xid), undefined],
  ['an offer to somebody else', packet(offer, (bytes) => bytes.writeUInt32BE(1, 4)), undefined],
  ['an acknowledgement', packet([53, 1, 5, 54, 4, 10, 0, 0, 1, 255]), undefined],
  ['an offer that is cut off', packet(offer).subarray(0, 246), undefined],
  ['no DHCP', Buffer.from('hello'), undefined],
])('reads %s', (_, bytes, server) => {
  expect(offeredBy(bytes, xid)).toBe(server);
});
