import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { neighbourMac } from './neighbours.ts';

const table = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.9         0x1         0x2         52:54:00:00:00:01     *        eth1
10.0.0.10        0x1         0x0         00:00:00:00:00:00     *        eth1
10.0.0.99        0x1         0x6         52:54:00:00:00:02     *        eth1
`;

it.each([
  ['10.0.0.9', '52:54:00:00:00:01'],
  ['10.0.0.99', '52:54:00:00:00:02'],
  ['10.0.0.10', undefined],
  ['10.0.0.1', undefined],
  ['', undefined],
])('the MAC of %s is %s', async (address, mac) => {
  const { io } = recorderIo({ files: { '/proc/net/arp': table } });
  expect(await neighbourMac(io, address)).toBe(mac);
});
it('knows nobody without the table of the kernel', async () => {
  expect(await neighbourMac(recorderIo({}).io, '10.0.0.9')).toBeUndefined();
});
