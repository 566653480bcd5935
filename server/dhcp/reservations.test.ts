import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import type { Lease, LeaseEntry, Reservation, Reserved } from './kind.ts';
import { currentLeases } from './leases.ts';
import { type Candidate, mergeReservations } from './reservations.ts';

const macOf = (number: number) => `52:54:00:00:00:0${number}`;
const lease = (mac: number, ip: number, more: Partial<Lease> = {}): Lease => {
  return { mac: macOf(mac), ip: `10.0.0.${ip}`, endsMs: 2000, isHeld: true, ...more };
};
const chosen = (leases: LeaseEntry[], expired = false) => {
  const found = currentLeases(leases, { nowMs: 1000, expired });
  return [found.leases.map((one) => `${one.mac.at(-1)}=${one.ip.split('.')[3]}`).join(' '), found.leftOut];
};

describe('of the leases in a file', () => {
  it('the last of an address and of a machine counts', () => {
    expect(chosen([lease(1, 11), lease(2, 12), lease(1, 11)])).toEqual(['2=12 1=11', 0]);
    expect(chosen([lease(1, 11), lease(2, 11)])).toEqual(['2=11', 0]);
    expect(chosen([lease(1, 11), lease(1, 12)])).toEqual(['1=12', 0]);
  });
  it('one for the MAC that machines without one say is nobody’s', () => {
    expect(chosen([lease(1, 11), lease(2, 11, { mac: '00:00:00:00:00:00' })])).toEqual(['', 0]);
  });
  it('an address that nobody has any more is nobody’s, whoever had it before', () => {
    expect(chosen([lease(1, 11), { ip: '10.0.0.11' }])).toEqual(['', 0]);
    expect(chosen([lease(1, 11), lease(2, 12), { ip: '10.0.0.11' }, lease(3, 11)], true)).toEqual(['2=12 3=11', 0]);
  });
  it('one that is over is left out, or counts less than one that is not', () => {
    expect(chosen([lease(1, 11, { endsMs: 999 }), lease(2, 12, { isHeld: false })])).toEqual(['', 2]);
    expect(chosen([lease(1, 11, { endsMs: 999 }), lease(2, 12, { isHeld: false })], true)).toEqual(['1=11 2=12', 0]);
    expect(chosen([lease(1, 11), lease(1, 12, { endsMs: 999 })], true)).toEqual(['1=11', 0]);
    expect(chosen([lease(1, 11, { endsMs: Number.POSITIVE_INFINITY })])).toEqual(['1=11', 0]);
  });
});

const reserved = (mac: number, address: string, isOurs: boolean): Reserved =>
  isOurs ? { mac: macOf(mac), address, isOurs } : { by: { kind: 'MAC', value: macOf(mac) }, address, isOurs };
const ours = (one: Reservation): Reserved => ({ ...one, isOurs: true });
const candidate = (mac: number, ip: string, name?: string, isKnown = false): Candidate => {
  return { mac: macOf(mac), ip, isKnown, ...(name === undefined ? {} : { name }) };
};
const merged = (before: Reserved[], candidates: Candidate[], byName = false) => {
  const { reservations, said } = mergeReservations(before, candidates, { byName });
  return [reservations.map((one) => `${one.mac.at(-1)}=${one.address}`).join(' '), said.join('\n')];
};

describe('reservations', () => {
  it('are in the order of addresses', () => {
    const some = [candidate(1, '10.0.0.100', 'c'), candidate(2, '10.0.0.20', 'b'), candidate(3, '10.0.0.3', 'a')];
    expect(merged([], some)).toEqual(['3=10.0.0.3 2=10.0.0.20 1=10.0.0.100', '']);
  });
  it.each<[string, Reserved[], Candidate[], string, string]>([
    [
      'of the administrator stay',
      [reserved(1, '10.0.0.3', false)],
      [candidate(1, '10.0.0.9', 'a')],
      '',
      'stays at 10.0.0.3',
    ],
    [
      'of ours stay',
      [reserved(1, '10.0.0.3', true)],
      [candidate(1, '10.0.0.9', 'a')],
      '1=10.0.0.3',
      'stays at 10.0.0.3',
    ],
    ['of ours stay without a lease', [reserved(1, '10.0.0.3', true)], [], '1=10.0.0.3', ''],
    [
      'follow what addclients knows',
      [reserved(1, '10.0.0.3', true)],
      [candidate(1, '10.0.0.9', 'a', true)],
      '1=10.0.0.9',
      '',
    ],
    [
      'take no address twice',
      [reserved(1, '10.0.0.3', false)],
      [candidate(2, '10.0.0.3', 'a')],
      '',
      'is reserved for 52:54:00:00:00:01',
    ],
    ['may lack a name', [], [candidate(1, '10.0.0.3')], '1=10.0.0.3', 'has no name in hosts or DNS'],
  ])('%s', (_, before, candidates, after, words) => {
    const [found, said] = merged(before, candidates);
    expect(found).toBe(after);
    expect(said).toContain(words);
    expect(said === '').toBe(words === '');
  });
  it.each<[Identity, Partial<Candidate>, string]>([
    [{ kind: 'client-id', value: '01:52:54:00:00:00:01' }, {}, '(by client-id 01:52:54:00:00:00:01)'],
    [{ kind: 'client-id', value: '00:61:62' }, { clientId: '00:61:62' }, '(by client-id 00:61:62)'],
    [{ kind: 'duid', value: '00:02:00:00:ab:11' }, { clientId: 'ff:00:00:00:01:00:02:00:00:ab:11' }, '(by duid'],
    [{ kind: 'duid', value: '00:03:00:01:52:54:00:00:00:01' }, {}, '(by duid'],
    [{ kind: 'duid', value: '00:01:00:01:2a:bb:cc:dd:52:54:00:00:00:01' }, {}, '(by duid'],
    [{ kind: 'client-id', value: 'ff:00:00:00:01:00:03:00:01:52:54:00:00:00:01' }, {}, '(by client-id ff'],
    [{ kind: 'MAC', value: '52:54:00:*:*:01' }, {}, '(by 52:54:00:*:*:01)'],
    [{ kind: 'name', value: 'lap' }, { saidName: 'lap' }, '(by name lap)'],
    [{ kind: 'name', value: 'LAP.example.org' }, { saidName: 'lap' }, '(by name LAP.example.org)'],
  ])('leave a machine to what is said of it by %j', (by, machine, words) => {
    const one: Reserved = { by, address: '10.0.0.50', isOurs: false };
    const [found, said] = merged([one], [{ ...candidate(1, '10.0.0.9'), ...machine }]);
    expect(found).toBe('');
    expect(said).toContain(`stays at 10.0.0.50 ${words}`);
    expect(merged([one], [{ ...candidate(1, '10.0.0.50'), ...machine }])[1]).toContain('is reserved already: for');
    expect(merged([one], [candidate(2, '10.0.0.50')])[1]).toContain('10.0.0.50 is reserved for');
    expect(merged([one], [candidate(2, '10.0.0.9')])[0]).toBe('2=10.0.0.9');
  });
  it.each<Identity>([
    { kind: 'circuit-id', value: 'sw1-port7' },
    { kind: 'flex-id', value: "'x'" },
    { kind: 'line', value: 'dhcp-host=id:*,10.0.0.50' },
  ])('leave an address alone that is reserved for %j, and give up one of ours there', (by) => {
    const one: Reserved = { by, address: '10.0.0.50', isOurs: false };
    expect(merged([one], [candidate(1, '10.0.0.50')])[1]).toContain(`10.0.0.50 is reserved for ${by.kind} ${by.value}`);
    const [found, said] = merged([one, reserved(1, '10.0.0.50', true)], []);
    expect(found).toBe('');
    expect(said).toContain('is no longer reserved here');
  });
  it('take no address that a name of the administrator’s means', () => {
    const named: Reserved = { by: { kind: 'MAC', value: macOf(1) }, address: 'www1.x', ip: '10.0.0.3', isOurs: false };
    expect(merged([named], [candidate(2, '10.0.0.3', 'b')])[1]).toContain('is reserved for 52:54:00:00:00:01');
    expect(merged([named], [candidate(1, '10.0.0.3', 'b')])).toEqual(['', '']);
  });
  it('may be by name, and leave out what has none', () => {
    const [found, said] = merged(
      [reserved(2, '10.0.0.4', true)],
      [candidate(1, '10.0.0.3'), candidate(2, '10.0.0.4', 'b.x')],
      true,
    );
    expect(found).toBe('2=b.x');
    expect(said).toContain('10.0.0.3 (52:54:00:00:00:01) is left out: the address has no name');
  });
  it('stay by name where they are, and leave the address out of ranges', () => {
    const { reservations } = mergeReservations([], [candidate(1, '10.0.0.3', 'a.x')], { byName: true });
    expect(reservations).toEqual([{ mac: macOf(1), address: 'a.x', ip: '10.0.0.3', name: 'a.x' }]);
    const before = reservations.map(ours);
    const again = mergeReservations(before, [candidate(1, '10.0.0.9', 'b.x')], { byName: false });
    expect(again.reservations).toMatchObject([{ address: 'a.x' }]);
  });
  it('are each MAC and each address once, and the same when it is done again', () => {
    const some = fc.array(
      fc.record({
        mac: fc.nat(5).map(macOf),
        ip: fc.nat(5).map((n) => `10.0.0.${n}`),
        isKnown: fc.constant(false),
        name: fc.constant('a'),
      }),
    );
    fc.assert(
      fc.property(some, some, (early, late) => {
        const first = mergeReservations([], early, { byName: false }).reservations;
        const before = first.map(ours);
        const { reservations } = mergeReservations(before, late, { byName: false });
        expect(new Set(reservations.map((one) => one.mac)).size).toBe(reservations.length);
        expect(new Set(reservations.map((one) => one.address)).size).toBe(reservations.length);
        const again = mergeReservations(reservations.map(ours), late, { byName: false });
        expect(again.reservations).toEqual(reservations);
      }),
    );
  });
});

it('says where a machine is named without an address, which is the administrator’s to write', () => {
  const wild: Reserved = { by: { kind: 'MAC', value: '52:54:00:*:*:*' }, address: '', isOurs: false };
  expect(mergeReservations([wild], [candidate(1, '10.0.0.11')], { byName: false })).toEqual({
    reservations: [],
    said: [
      '10.0.0.11 (52:54:00:00:00:01) is left out: the configuration names 52:54:00:*:*:* without an address; write the address there',
    ],
  });
});
