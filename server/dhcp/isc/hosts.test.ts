import { expect, it } from 'vitest';
import { allStatements, parseStatements } from '../statements.ts';
import { hostsOf } from './hosts.ts';
import { parseIscLeases } from './leases.ts';

const hosts = (text: string) => hostsOf(allStatements(parseStatements(text, 'dhcpd.conf')));

it.each([
  ['hardware ethernet 8:0:20:1:2:3;', 'MAC', '08:00:20:01:02:03'],
  ['hardware infiniband 80:00:00:48:fe:80;', 'hardware', 'infiniband 80:00:00:48:fe:80'],
  ['option dhcp-client-identifier 1:11:22:33:44:55:66;', 'client-id', '01:11:22:33:44:55:66'],
  ['option dhcp-client-identifier = ff:00:00:00;', 'client-id', 'ff:00:00:00'],
  ['option dhcp-client-identifier "\\000ab";', 'client-id', '00:61:62'],
  ['uid "\\001\\021\\"3DUf";', 'client-id', '01:11:22:33:44:55:66'],
  ['host-identifier option agent.circuit-id "sw1-port7";', 'circuit-id', 'sw1-port7'],
  ['host-identifier option agent.remote-id 1:2;', 'remote-id', '1:2'],
  ['host-identifier option dhcp6.client-id 0:3:0:1;', 'duid', '00:03:00:01'],
  ['host-identifier v6relopt 1 dhcp6.interface-id "e0";', 'option', '1 dhcp6.interface-id e0'],
  ['', 'host', 'a'],
])('knows a host by %s', (identity, kind, value) => {
  expect(hosts(`host a { ${identity} fixed-address 10.0.0.5; }`)).toMatchObject([{ by: [{ kind, value }] }]);
});
it('knows a host by all that is said, with several addresses, wherever it stands', () => {
  const text = `shared-network x { subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.9; } group {
    host a { hardware ethernet 52:54:00:00:00:01; option dhcp-client-identifier "x"; fixed-address 10.0.0.5, www1.example.org; } } } }`;
  const by = [
    { kind: 'MAC', value: '52:54:00:00:00:01' },
    { kind: 'client-id', value: '78' },
  ];
  expect(hosts(text)).toEqual([{ label: 'a', by, addresses: ['10.0.0.5', 'www1.example.org'] }]);
});
it('takes the last that the lease file says of a host', () => {
  const text = `host a { dynamic; hardware ethernet 52:54:00:00:00:01; fixed-address 10.0.0.5; }
    host b { dynamic; hardware ethernet 52:54:00:00:00:02; fixed-address 10.0.0.6; }
    host a { dynamic; deleted; } host b { dynamic; hardware ethernet 52:54:00:00:00:02; fixed-address 10.0.0.7; }`;
  expect(hosts(text)).toMatchObject([
    { label: 'a', by: [], addresses: [] },
    { label: 'b', addresses: ['10.0.0.7'] },
  ]);
});

const lease = (words: string) => parseIscLeases(`lease 10.0.0.5 { ends never; ${words} }`, 'leases')[0];
const hardware = 'hardware ethernet 52:54:00:00:00:01;';
it.each(['active', 'bootp', 'reserved'])('reads a lease in the state %s as held', (state) => {
  expect(lease(`binding state ${state}; next binding state free; ${hardware}`)).toMatchObject({ isHeld: true });
});
it.each(['free', 'backup', 'expired', 'released', 'reset'])('reads a lease in the state %s as over', (state) => {
  expect(lease(`binding state ${state}; next binding state active; ${hardware}`)).toMatchObject({ isHeld: false });
  expect(lease(`binding state ${state};`)).toEqual({ ip: '10.0.0.5' });
});
it('reads an abandoned lease as nobody’s, also as old versions wrote it', () => {
  for (const words of ['binding state abandoned;', 'abandoned;'])
    expect(lease(`${words} ${hardware}`)).toEqual({ ip: '10.0.0.5' });
  expect(lease('binding state active; hardware infiniband 80:00;')).toEqual({ ip: '10.0.0.5' });
});
