import { describe, expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import type { StepEvent } from '../../common/system/step-event.ts';
import { stepKinds } from '../../common/system/steps/index.ts';
import type { Step } from '../../common/system/step.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { configureCard } from './card-steps.ts';
import { decide } from './decide.ts';
import { groupAddress } from './group-address.ts';
import { type Lease, readLease } from './lease.ts';

const print = (steps: Step[]) => steps.map((step) => (step.kind === 'group' ? '' : stepKinds.print(step)));

/** The commands after an answer of DHCP. */
function stepsOf(env: Record<string, string>): string[] {
  const lease = readLease({ ip: '10.0.0.50', serverid: '10.0.0.1', ...env }, 'eth0') as Lease;
  const settings = decide([lease.found]).settings;
  return print(configureCard('eth0', groupAddress(settings), lease));
}

const alone = (cidr: string, broadcast: string) => [
  'ip addr flush dev eth0',
  'ip link set dev eth0 up',
  `ip addr add ${cidr} broadcast ${broadcast} dev eth0`,
];

describe('configureCard', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a router', { router: '10.0.0.1 10.0.0.2' }, ['ip route replace default via 10.0.0.1 dev eth0']],
    ['no router', {}, []],
    [
      'classless routes, one of machines on the wire',
      { staticroutes: '10.8.0.0/16 10.0.0.3 172.16.0.0/12 0.0.0.0 0.0.0.0/0 10.0.0.1' },
      [
        'ip route replace 10.8.0.0/16 via 10.0.0.3 dev eth0',
        'ip route replace 172.16.0.0/12 dev eth0',
        'ip route replace default via 10.0.0.1 dev eth0',
      ],
    ],
    [
      'a router that only a classless route puts on the wire',
      { staticroutes: '192.0.2.1/32 0.0.0.0 0.0.0.0/0 192.0.2.1' },
      [
        'ip route replace 192.0.2.1/32 dev eth0',
        'ip route replace 192.0.2.1/32 dev eth0',
        'ip route replace default via 192.0.2.1 dev eth0',
      ],
    ],
  ])('sets up %s', (_, env, routes) => {
    expect(stepsOf({ subnet: '255.255.255.0', ...env })).toEqual([...alone('10.0.0.50/24', '10.0.0.255'), ...routes]);
  });

  it('reaches everything by the router where the mask has 32 bits, as in clouds', () => {
    const staticroutes = '10.9.0.1/32 0.0.0.0 169.254.0.0/16 10.9.0.1 0.0.0.0/0 10.9.0.1';
    expect(stepsOf({ subnet: '255.255.255.255', staticroutes })).toEqual([
      ...alone('10.0.0.50/32', '10.0.0.50'),
      'ip route replace 10.9.0.1/32 dev eth0',
      'ip route replace 10.9.0.1/32 dev eth0',
      'ip route replace 169.254.0.0/16 via 10.9.0.1 dev eth0',
      'ip route replace default via 10.9.0.1 dev eth0',
    ]);
  });

  it('goes on where the card cannot have the MTU', async () => {
    const { io } = recorderIo({ answer: ({ argv }) => ({ code: argv.includes('mtu') ? 2 : 0 }) });
    const notes: string[] = [];
    const onEvent = (event: StepEvent) => void (event.kind === 'note' && notes.push(event.text));
    const lease = readLease({ ip: '10.0.0.50', subnet: '24', mtu: '9000' }, 'eth0') as Lease;
    await apply(configureCard('eth0', groupAddress(decide([lease.found]).settings), lease), io, { onEvent });
    expect(notes).toEqual(['eth0 cannot have the MTU 9000 of the DHCP answer and keeps its own']);
  });
});
