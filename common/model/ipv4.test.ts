import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastOf,
  isHostAddress,
  maskOf,
  networkOf,
  parseIpv4,
  parseNetmask,
  prefixLengthBetween,
  printIpv4,
} from './ipv4.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const prefixLength = fc.integer({ min: 0, max: 32 });

describe('addresses', () => {
  it('survive printing and parsing', () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(parseIpv4(printIpv4(one))).toBe(one);
      }),
    );
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.-4', '0x1.2.3.4', '١.2.3.4'])(
    'refuses %j',
    (text) => expect(parseIpv4(text)).toBeUndefined(),
  );

  it.each([
    ['10.0.0.1', true],
    ['0.0.0.0', false],
    ['127.0.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
  ])('says that %s belongs to a machine: %s', (text, expected) => {
    expect(isHostAddress(parseIpv4(text) ?? 0)).toBe(expected);
  });
});

describe('netmasks', () => {
  it('survive printing and parsing', () => {
    fc.assert(
      fc.property(prefixLength, (length) => {
        expect(parseNetmask(printIpv4(maskOf(length)))).toBe(length);
      }),
    );
  });

  it.each([
    ['24', 24],
    ['/8', 8],
    ['255.255.255.128', 25],
    ['0.0.0.0', 0],
    ['33', undefined],
    ['255.0.255.0', undefined],
    ['0.0.0.255', undefined],
    ['255.255.255.0/24', undefined],
  ])('reads %s as %s', (text, expected) => {
    expect(parseNetmask(text)).toBe(expected);
  });

  it('follow from the network and its broadcast address', () => {
    fc.assert(
      fc.property(address, prefixLength, (one, length) => {
        expect(prefixLengthBetween(networkOf(one, length), broadcastOf(one, length))).toBe(length);
      }),
    );
    expect(prefixLengthBetween(parseIpv4('10.0.0.0') ?? 0, parseIpv4('10.0.0.254') ?? 0)).toBeUndefined();
    expect(prefixLengthBetween(parseIpv4('10.0.0.128') ?? 0, parseIpv4('10.0.1.127') ?? 0)).toBeUndefined();
  });
});
