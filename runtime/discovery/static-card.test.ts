import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { decide } from './decide.ts';
import { configureStatic } from './static-card.ts';

const card = (name: string, digit: number, carrier: string) => ({
  [`/sys/class/net/${name}/type`]: '1\n',
  [`/sys/class/net/${name}/address`]: `52:54:00:00:00:0${digit}\n`,
  [`/sys/class/net/${name}/ifindex`]: `${digit}\n`,
  [`/sys/class/net/${name}/carrier`]: `${carrier}\n`,
  [`/sys/class/net/${name}/device/driver`]: { link: '../drivers/e1000' },
});
const files = { ...card('eth0', 1, '0'), ...card('eth1', 2, '1'), ...card('eth2', 3, '1') };

const run = async (wish: { device?: string; bootif?: string }, more: Record<string, string> = {}) => {
  let configured = '';
  const { io, did } = recorderIo({
    files,
    answer({ argv }) {
      if (argv[2] === 'add') configured = argv.at(-1) ?? '';
      return { code: argv[0] === 'rsync' && configured !== 'eth2' ? 10 : 0 };
    },
  });
  const values = { IPADDR: '10.0.0.5', NETMASK: '24', GATEWAY: '10.0.0.1', IMAGESERVER: '10.0.0.2', ...more };
  const { settings } = decide([{ from: 'removable local.cfg', detail: '', values }]);
  const chosen = await configureStatic(io, settings, wish, { say: () => {} });
  return { chosen: chosen.name, did: did.filter((line) => !line.startsWith('run ip link')) };
};

describe('configureStatic', () => {
  it('gives the address to the card that DEVICE or BOOTIF names, whatever its link', async () => {
    const { chosen, did } = await run({ device: '52:54:00:00:00:01' });
    expect([chosen, ...did]).toEqual([
      'eth0',
      'run ip addr flush dev eth0',
      'run ip addr add 10.0.0.5/24 broadcast 10.0.0.255 dev eth0',
      'run ip route replace default via 10.0.0.1 dev eth0',
    ]);
    expect((await run({ bootif: '01-52-54-00-00-00-02' })).chosen).toBe('eth1');
  });

  it('takes the first card with a link through which the image server answers, and clears the others', async () => {
    const { chosen, did } = await run({});
    expect(chosen).toBe('eth2');
    expect(did.filter((line) => line.includes('eth0'))).toEqual([]);
    expect(did.filter((line) => line.endsWith('flush dev eth1'))).toHaveLength(2);
  });

  it('reaches a router outside of the network through GATEWAYDEV', async () => {
    const { did } = await run({ device: 'eth1' }, { GATEWAY: '10.9.0.1', GATEWAYDEV: 'eth2' });
    expect(did.slice(-2)).toEqual([
      'run ip route replace 10.9.0.1/32 dev eth2',
      'run ip route replace default via 10.9.0.1 dev eth2',
    ]);
  });

  it('knows the card of GATEWAYDEV by its MAC address, and sets ROUTES', async () => {
    const ROUTES = '10.9.0.0/16 via 10.0.0.254, 10.8.0.0/16';
    const { did } = await run({ device: 'eth1' }, { GATEWAY: '10.7.0.1', GATEWAYDEV: '52:54:00:00:00:03', ROUTES });
    expect(did.slice(-4)).toEqual([
      'run ip route replace 10.7.0.1/32 dev eth2',
      'run ip route replace 10.9.0.0/16 via 10.0.0.254 dev eth1',
      'run ip route replace 10.8.0.0/16 dev eth1',
      'run ip route replace default via 10.7.0.1 dev eth2',
    ]);
  });

  it('needs an image server before it tries a card', async () => {
    await expect(run({}, { IMAGESERVER: '' })).rejects.toThrow('nobody said where the image server is');
  });
});
