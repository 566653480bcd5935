import { describe, expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { findCard, probeCards, probeDriverlessCards } from './cards.ts';

const card = (name: string, mac: string, more: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries({ type: '1', address: mac, ifindex: '2', ...more }).map(([key, value]) => [
      `/sys/class/net/${name}/${key}`,
      `${value}\n`,
    ]),
  );
const hardware = (name: string, driver: string) => ({
  [`/sys/class/net/${name}/device/driver`]: { link: `../../../bus/pci/drivers/${driver}` },
});

const { io } = recorderIo({
  files: {
    ...card('lo', '00:00:00:00:00:00', { type: '772' }),
    ...card('eth1', '52:54:00:00:00:02', { ifindex: '3', carrier: '0' }),
    ...hardware('eth1', 'virtio_net'),
    ...card('eth0', '52:54:00:00:00:01', { ifindex: '10', carrier: '1' }),
    ...hardware('eth0', 'e1000'),
    ...card('br0', '52:54:00:00:00:03', { ifindex: '11' }),
    ...card('wlan0', '52:54:00:00:00:04', { 'phy80211/name': 'phy0' }),
    ...card('ib0', '80:00:02:08:fe:80:00:00', { type: '32' }),
    '/sys/bus/pci/devices/0000:00:02.0/class': '0x020000\n',
    '/sys/bus/pci/devices/0000:00:02.0/vendor': '0x8086\n',
    '/sys/bus/pci/devices/0000:00:02.0/device': '0x15f3\n',
    '/sys/bus/pci/devices/0000:00:03.0/class': '0x020000\n',
    '/sys/bus/pci/devices/0000:00:03.0/driver': { link: '../../../drivers/e1000' },
    '/sys/bus/pci/devices/0000:00:04.0/class': '0x010000\n',
  },
});

describe('cards', () => {
  it('are the wired ones, in the order of the kernel', async () => {
    expect(await probeCards(io)).toEqual([
      { name: 'eth1', mac: '52:54:00:00:00:02', driver: 'virtio_net', index: 3, link: 'no', isHardware: true },
      { name: 'eth0', mac: '52:54:00:00:00:01', driver: 'e1000', index: 10, link: 'yes', isHardware: true },
      { name: 'br0', mac: '52:54:00:00:00:03', driver: '', index: 11, link: 'off', isHardware: false },
    ]);
  });

  it('are found by name or by MAC address', async () => {
    const cards = await probeCards(io);
    expect(findCard(cards, '52-54-00-00-00-01')?.name).toBe('eth0');
    expect(findCard(cards, 'eth1')?.mac).toBe('52:54:00:00:00:02');
    expect(findCard(cards, 'eth')).toBeUndefined();
  });

  it('without a driver are told by their PCI numbers', async () => {
    expect(await probeDriverlessCards(io)).toEqual(['8086:15f3']);
  });
});
