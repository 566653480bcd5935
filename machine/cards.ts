import { parseMac } from '../common/model/mac.ts';
import type { CardState } from '../common/model/state.ts';
import type { ReadIo } from '../common/system/io.ts';
import { under } from '../common/system/place.ts';

/** A network card as /sys/class/net shows it. */
export type Card = CardState & {
  /** Its index in the kernel: the order in which cards appeared. */
  index: number;
  /** Whether there is a signal on the cable; `off` while the card is not up, when nobody can tell. */
  link: 'yes' | 'no' | 'off';
  /** False for bridges, tunnels and other cards that exist only as software. */
  isHardware: boolean;
};

/** ARPHRD_ETHER (linux/if_arp.h): Ethernet, and cards that look like Ethernet to the kernel. */
const ethernet = '1';

/** Reads all wired Ethernet cards, in the order in which the kernel found them (Documentation/ABI/testing/sysfs-class-net). */
export async function probeCards(io: ReadIo): Promise<Card[]> {
  const cards: Card[] = [];
  for (const name of (await io.list('/sys/class/net')) ?? []) {
    const dir = under('/sys/class/net', name);
    // A card may vanish while we read, and to read `carrier` gives EINVAL while the card is down.
    const text = async (key: string) => (await io.readText(under(dir, key)).catch(() => undefined))?.trim();
    const mac = parseMac((await text('address')) ?? '');
    const isWireless = (await io.lstat(under(dir, 'wireless'))) ?? (await io.lstat(under(dir, 'phy80211')));
    if ((await text('type')) !== ethernet || !mac || isWireless) continue;
    const carrier = await text('carrier');
    const driver = (await io.readLink(under(dir, 'device', 'driver')))?.split('/').at(-1) ?? '';
    cards.push({
      name,
      mac,
      driver,
      index: Number(await text('ifindex')),
      link: carrier === '1' ? 'yes' : carrier === '0' ? 'no' : 'off',
      isHardware: (await io.lstat(under(dir, 'device'))) !== undefined,
    });
  }
  return cards.toSorted((a, b) => a.index - b.index);
}

/** PCI class of network controllers (pci.ids, class 02). */
const networkClass = /^0x02/;

/** The network controllers on PCI without a driver, as `8086:15f3`: the hint for a person who misses a card. */
export async function probeDriverlessCards(io: ReadIo): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await io.list('/sys/bus/pci/devices')) ?? []) {
    const dir = under('/sys/bus/pci/devices', name);
    const text = async (key: string) => (await io.readText(under(dir, key)))?.trim() ?? '';
    if (!networkClass.test(await text('class')) || (await io.readLink(under(dir, 'driver'))) !== undefined) continue;
    found.push(`${(await text('vendor')).slice(2)}:${(await text('device')).slice(2)}`);
  }
  return found;
}

/** The card that DEVICE or BOOTIF means: by name or by MAC address. */
export function findCard(cards: readonly Card[], device: string): Card | undefined {
  const mac = parseMac(device);
  return cards.find((card) => (mac ? card.mac === mac : card.name === device));
}

/** A card as people know it: `eth0 (52:54:00:12:34:56, e1000)`. */
export function printCard(card: CardState): string {
  return `${card.name} (${[card.mac, card.driver].filter(Boolean).join(', ')})`;
}

/** CardState only: what the state keeps of a card. */
export function cardState({ name, mac, driver }: Card): CardState {
  return { name, mac, driver };
}
