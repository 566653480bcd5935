import { describe, expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import { inside } from '../../common/system/inside.ts';
import { goldenMac, goldenNetworks } from '../../test/helpers/golden-networks.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import type { NetworkWish } from './flavour.ts';
import { networkFlavours, networkSources } from './index.ts';
import { planNetwork, probeNetwork } from './plan-network.ts';

const mac = '52:54:00:12:34:56';
const wishes: NetworkWish[] = [
  { mode: 'dhcp', mac },
  { mode: 'static', mac, address: '10.0.0.7', prefixLength: 24, gateway: '10.0.0.1', dns: ['10.0.0.2'] },
];
const names = Object.keys(goldenNetworks);
const pairs = networkFlavours.flatMap(({ name }, at) =>
  names.filter((other) => names.indexOf(other) >= at).map((other): [string, string] => [name, other]),
);
const keeps = '/a/var/lib/systemimager/golden-network/';

async function cloned(files: Record<string, RecordedFile>, wish: NetworkWish) {
  const machine = recorderIo({
    files: Object.fromEntries(Object.entries(files).map(([at, file]) => [`/a${at}`, file])),
  });
  const facts = await probeNetwork(inside(machine.io, '/a'));
  await apply(planNetwork(facts, wish, '/a'), machine.io);
  return machine.files;
}

it('has a golden client for each source', () => {
  expect(names.toSorted()).toEqual(networkSources.map(({ name }) => name).toSorted());
});

describe.each(pairs)('%s and %s', (one, other) => {
  const golden = { ...goldenNetworks[one], ...goldenNetworks[other] };

  it.each(wishes)(
    'leave nothing of the golden client in a file that is read, and lose nothing: $mode',
    async (wish) => {
      const files = await cloned(golden, wish);
      const isGolden = (text: unknown) =>
        new RegExp(`10\\.9\\.9\\.|fd99:|${goldenMac}`, 'i').test(JSON.stringify(text));
      const left = [...files].filter(([at, text]) => !at.startsWith(keeps) && isGolden(text));
      expect(left).toEqual([]);
      const lost = Object.entries(golden).filter(
        ([at, text]) => isGolden(text) && files.get(`${keeps}1${at}`) !== text,
      );
      expect(lost).toEqual([]);
    },
  );

  it('give one machine one configuration, also the second time', async () => {
    const first = await cloned(golden, wishes[1] as NetworkWish);
    const mine = (files: Map<string, unknown>) => [...files].filter(([at]) => !at.includes('/golden-network/'));
    expect(mine(first).filter(([, text]) => String(text).includes('10.0.0.7'))).toHaveLength(1);
    const again = recorderIo({ files: Object.fromEntries(first) });
    const facts = await probeNetwork(inside(again.io, '/a'));
    await apply(planNetwork(facts, wishes[1] as NetworkWish, '/a'), again.io);
    expect(mine(again.files)).toEqual(mine(first));
  });
});
