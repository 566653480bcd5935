import { describe, expect, it } from 'vitest';
import type { Command, Exit, Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { CardWish } from './choose-card.ts';
import { askDhcp } from './dhcp.ts';
import type { Lease } from './lease.ts';

const card = (name: string, digit: number) => ({
  [`/sys/class/net/${name}/type`]: '1\n',
  [`/sys/class/net/${name}/address`]: `52:54:00:00:00:0${digit}\n`,
  [`/sys/class/net/${name}/ifindex`]: `${digit}\n`,
  [`/sys/class/net/${name}/device/driver`]: { link: '../drivers/e1000' },
});

/** A wire on which `leases` says, card by card, what each try is answered after how many looks. */
function wire(
  leases: Record<string, ({ env: Record<string, string>; afterTicks: number } | 'never')[]>,
  enoughLines = 100,
  refusals: Record<string, Partial<Exit>> = {},
) {
  const recorder = recorderIo({
    files: { ...card('eth0', 1), ...card('eth1', 2) },
    answer: ({ argv }) => refusals[argv[0]],
  });
  const due: { tick: number; file: string; text: string }[] = [];
  let tick = 0;
  const said: string[] = [];
  const io: Io = {
    ...recorder.io,
    async start(command: Command) {
      const name = command.argv[3] ?? '';
      const next = leases[name]?.shift() ?? 'never';
      if (next !== 'never')
        due.push({
          tick: tick + next.afterTicks,
          file: command.env?.LEASE_FILE ?? '',
          text: Object.entries(next.env)
            .map(([key, value]) => `${key}=${value}\0`)
            .join(''),
        });
      const child = await recorder.io.start(command);
      const refusal = refusals[command.argv[0]];
      const exit = { argv: command.argv, code: 0, timedOut: false, stdout: '', stderr: '', ...refusal };
      return refusal ? { ...child, exit: Promise.resolve(exit) } : child;
    },
    async sleep(_, signal) {
      signal?.throwIfAborted();
      tick += 1;
      for (const one of due.filter((other) => other.tick === tick)) recorder.files.set(one.file, one.text);
    },
  };
  const enough = new AbortController();
  const say = (line: string) => {
    said.push(line);
    if (said.length >= enoughLines) enough.abort(new Error('enough'));
  };
  const ask = (wish: CardWish = {}, isEnough?: (lease: Lease) => boolean) =>
    askDhcp(io, wish, { say, signal: enough.signal }, isEnough);
  return { ask, said, did: recorder.did, ticks: () => tick };
}

const good = (ip: string) => ({ ip, subnet: '255.255.255.0', serverid: '10.0.0.1' });

describe('askDhcp', () => {
  it('asks all cards, takes the first answer and stops asking on the others', async () => {
    const { ask, did } = wire({ eth0: ['never'], eth1: [{ env: good('10.0.0.5'), afterTicks: 3 }] });
    expect((await ask()).card).toBe('eth1');
    const started = did.filter((line) => line.startsWith('start'));
    expect(started[1]).toBe(
      'start udhcpc -f -i eth1 -t 3 -T 3 -A 5 -O 224 -O 140 -O staticroutes -O mtu -s /run/boel/dhcp/hook',
    );
    expect(did.filter((line) => line.startsWith('stop'))).toEqual(['stop udhcpc']);
  });

  it('gives the card that booted a minute, then takes any', async () => {
    const { ask, ticks } = wire({ eth0: [{ env: good('10.0.0.5'), afterTicks: 1 }], eth1: ['never'] });
    expect((await ask({ bootif: '01-52-54-00-00-00-02' })).card).toBe('eth0');
    expect(ticks()).toBeGreaterThanOrEqual(240);
  });

  const namesServer = (lease: Lease) => lease.namesServer;
  const opt224 = Buffer.from('10.0.0.2').toString('hex');

  it('lets a card wait whose answer has no option for the image server, and takes the one whose has', async () => {
    const { ask, said, did, ticks } = wire({
      eth0: [{ env: { ...good('10.1.0.5'), siaddr: '10.1.0.1' }, afterTicks: 2 }],
      eth1: [{ env: { ...good('10.0.0.5'), opt224 }, afterTicks: 160 }],
    });
    expect((await ask({}, namesServer)).card).toBe('eth1');
    expect(ticks()).toBe(160);
    expect(said).toContain(
      'The DHCP answer on eth0 from 10.0.0.1 has no option for the image server; waiting 45 s for the other cards',
    );
    expect(did.filter((line) => line.startsWith('stop'))).toEqual(['stop udhcpc']);
  });

  it('takes an answer after all where none has that option, at once where all cards have answered', async () => {
    const alone = wire({ eth0: [{ env: good('10.1.0.5'), afterTicks: 2 }], eth1: ['never'] });
    expect((await alone.ask({}, namesServer)).card).toBe('eth0');
    expect(alone.ticks()).toBe(2 + 45 * 4);
    const both = wire({
      eth0: [{ env: { ...good('10.1.0.5'), siaddr: '10.1.0.1' }, afterTicks: 8 }],
      eth1: [{ env: good('10.2.0.5'), afterTicks: 4 }],
    });
    expect((await both.ask({}, namesServer)).card).toBe('eth0');
    expect(both.ticks()).toBe(8);
  });

  it('does not use an answer without mask, says so, and asks again after a pause', async () => {
    const { ask, said } = wire({
      eth0: [
        { env: { ip: '10.0.0.9' }, afterTicks: 2 },
        { env: good('10.0.0.5'), afterTicks: 2 },
      ],
    });
    expect((await ask({ device: 'eth0' })).found.values.IPADDR).toBe('10.0.0.5');
    expect(said[1]).toBe('Not used: the DHCP answer on eth0 gives 10.0.0.9 without a subnet mask');
  });

  it('says once what keeps a card or udhcpc from asking, and goes on', async () => {
    const refusals: Record<string, Partial<Exit>> = {
      ip: { code: 1, stderr: 'ip: SIOCSIFFLAGS: No such file or directory\n' },
      udhcpc: { code: 1, stderr: 'udhcpc: socket: Address family not supported by protocol\n' },
    };
    const { ask, said } = wire({}, 5, refusals);
    await expect(ask({ device: 'eth0' })).rejects.toThrow('enough');
    expect(said.filter((line) => !line.startsWith('Waiting'))).toEqual([
      'Asking DHCP on eth0 (52:54:00:00:00:01, e1000)',
      'eth0 (52:54:00:00:00:01, e1000) cannot be switched on: ip: SIOCSIFFLAGS: No such file or directory',
      'udhcpc on eth0 exited 1: udhcpc: socket: Address family not supported by protocol',
    ]);
  });

  it('never gives up without an answer, and says what it waits for', async () => {
    const { ask, said } = wire({}, 7);
    await expect(ask({ device: 'eth0' })).rejects.toThrow('enough');
    expect(said[1]).toBe(
      'Waiting for a DHCP answer (5 s): eth0 (52:54:00:00:00:01, e1000), link not known yet. A switch port may need 40 s; still waiting.',
    );
    expect(said.slice(1, 7).map((line) => /\d+(?= s\))/.exec(line)?.[0])).toEqual([
      '5',
      '15',
      '30',
      '60',
      '120',
      '180',
    ]);
  });

  it('stops where DEVICE is no card, after a while', async () => {
    const { ask, ticks } = wire({});
    await expect(ask({ device: 'eth9' })).rejects.toThrow(
      'DEVICE=eth9 is no card of this machine: there is eth0 (52:54:00:00:00:01, e1000), eth1 (52:54:00:00:00:02, e1000)',
    );
    expect(ticks()).toBe(120);
  });
});
