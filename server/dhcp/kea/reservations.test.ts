import { expect, it } from 'vitest';
import { parseKeaLeases } from './leases.ts';
import { reservedIn, unseenReservations } from './reservations.ts';

const conf = (dhcp4: object) => ({ text: JSON.stringify({ Dhcp4: dhcp4 }), file: 'kea.conf' });
const network = (...reservations: object[]) => ({ subnet: '10.0.0.0/24', reservations });

it.each([
  [{ 'hw-address': '525400000001' }, 'MAC', '52:54:00:00:00:01'],
  [{ 'hw-address': '52 54 0 0 0 1' }, 'MAC', '52:54:00:00:00:01'],
  [{ 'hw-address': '0x525400000001' }, 'MAC', '52:54:00:00:00:01'],
  [{ 'hw-address': '80:00:00:48:fe:80:00' }, 'hardware', '80:00:00:48:fe:80:00'],
  [{ 'client-id': '01:11:22:33:44:55:66' }, 'client-id', '01:11:22:33:44:55:66'],
  [{ 'client-id': "'ab'" }, 'client-id', '61:62'],
  [{ duid: '01:2:03' }, 'duid', '01:02:03'],
  [{ 'circuit-id': "'sw1-port7'" }, 'circuit-id', "'sw1-port7'"],
  [{ 'flex-id': '01:02' }, 'flex-id', '01:02'],
])('finds a reservation by %j, of a network and of none', (identifier, kind, value) => {
  const host = { ...identifier, 'ip-address': '10.0.0.5' };
  const found = [{ by: { kind, value }, address: '10.0.0.5', isOurs: false }];
  expect(reservedIn(conf({ reservations: [host] }))).toEqual(found);
  expect(reservedIn(conf({ subnet4: [network(host)] }))).toEqual(found);
  expect(reservedIn(conf({ 'shared-networks': [{ name: 'x', subnet4: [network(host)] }] }))).toEqual(found);
});
it('finds a machine that has a name only', () => {
  const host = { 'hw-address': '52:54:00:00:00:01', hostname: 'www1' };
  expect(reservedIn(conf({ subnet4: [network(host)] }))).toMatchObject([{ address: '', name: 'www1' }]);
});
it('says that a hosts database is not seen', () => {
  expect(unseenReservations(conf({}))).toEqual([]);
  for (const one of [{ 'hosts-database': { type: 'mysql' } }, { 'hosts-databases': [{ type: 'postgresql' }] }])
    expect(unseenReservations(conf(one)).join()).toContain('kea.conf names a hosts database');
});

it('says where Kea does not look for our reservations', () => {
  expect(unseenReservations(conf({ 'host-reservation-identifiers': ['hw-address', 'duid'] }))).toEqual([]);
  const said = (dhcp4: object) => unseenReservations(conf(dhcp4)).join();
  expect(said({ 'host-reservation-identifiers': ['client-id'] })).toContain('by client-id alone: add hw-address');
  expect(said({ 'reservations-in-subnet': false })).toContain('pass over reservations of a network');
  expect(said({ subnet4: [{ ...network(), 'reservation-mode': 'global' }] })).toContain('pass over');
});

const header = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
const entries = (line: string) => parseKeaLeases(`${header}10.0.0.5,${line}`, 'leases');
it('reads each state of a lease', () => {
  const mac = '52:54:00:00:00:01';
  expect(entries(`${mac},01:02,60,99,1,0,0,,0`)).toMatchObject([{ mac, clientId: '01:02', isHeld: true }]);
  expect(entries(`${mac},,60,99,1,0,0,,1`)).toEqual([{ ip: '10.0.0.5' }]);
  expect(entries(`${mac},,60,99,1,0,0,,2`)).toMatchObject([{ mac, isHeld: false }]);
  expect(entries(`${mac},,60,99,1,0,0,,3`)).toMatchObject([{ mac, isHeld: false }]);
  expect(entries(`${mac},,0,99,1,0,0,,0`)).toMatchObject([{ mac, isHeld: false }]);
  expect(entries(',,60,99,1,0,0,,0')).toEqual([{ ip: '10.0.0.5' }]);
});
