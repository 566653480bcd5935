import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { cardAddresses } from './card-addresses.ts';

const stdout = JSON.stringify([
  { ifname: 'lo', flags: ['UP'], address: '00:00:00:00:00:00', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  {
    ifname: 'eth1',
    flags: ['NO-CARRIER', 'UP'],
    address: '52:54:00:00:00:01',
    addr_info: [
      { local: '10.0.0.1', prefixlen: 24 },
      { local: 'fe80::1', prefixlen: 64 },
    ],
  },
  { ifname: 'tun0', flags: ['UP'], addr_info: [{}] },
  { ifname: 'eth2', flags: [], address: '52:54:00:00:00:02', addr_info: [{ local: '10.0.1.1', prefixlen: 24 }] },
]);

it('reads every address of cards that are up, with or without a cable', async () => {
  const { io } = recorderIo({ answer: () => ({ stdout }) });
  expect(await cardAddresses(io)).toEqual([
    { card: 'lo', address: '127.0.0.1', prefixLength: 8, mac: '00:00:00:00:00:00' },
    { card: 'eth1', address: '10.0.0.1', prefixLength: 24, mac: '52:54:00:00:00:01' },
    { card: 'eth1', address: 'fe80::1', prefixLength: 64, mac: '52:54:00:00:00:01' },
  ]);
});
