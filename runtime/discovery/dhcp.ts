import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type Card, printCard, probeCards, probeDriverlessCards } from '../../machine/cards.ts';
import { isTimeToSay, type Watch } from './backoff.ts';
import { type CardWish, chooseCards, describeCards, missingCardSeconds } from './choose-card.ts';
import type { Lease } from './lease.ts';
import { type Asking, notAsked, startAsking, takeLease, writeHook } from './udhcpc.ts';

const tickMs = 250;
/** The pause after a useless answer, or when udhcpc ended by itself. */
const pauseTicks = 5000 / tickMs;

/** How long an answer that is not enough waits for a better answer on cards with a link, and for a link. */
const betterSeconds = 45;
const linkSeconds = 5;

/** An answer that is kept in case that no other card has a better one. */
type Spare = { lease: Lease; seconds: number };

/** Decides for `askDhcp` whether a machine can go on with an answer. */
type Enough = (lease: Lease) => boolean;

/**
 * Asks DHCP on all cards at the same time and gives the first usable answer; the udhcpc of that card goes on and keeps the lease.
 * Never gives up, unless there is no card. An answer that is not enough counts if no other card has a better one in time.
 */
export async function askDhcp(
  io: Io,
  wish: CardWish,
  { signal, say }: Watch,
  isEnough: Enough = () => true,
): Promise<Lease> {
  await writeHook(io);
  const asked = new Map<string, Asking>();
  const startAtTick = new Map<string, number>();
  const stop = async (except?: string) => {
    const others = [...asked].filter(([name]) => name !== except);
    await Promise.all(others.map(async ([, { child }]) => child?.stop()));
  };
  const clock = { tick: 0 };
  const spares = new Map<string, Spare>();
  try {
    for (; ; clock.tick += 1) {
      signal?.throwIfAborted();
      const seconds = (clock.tick * tickMs) / 1000;
      const all = await probeCards(io);
      const cards = chooseCards(all, wish, seconds);
      if (cards.length === 0 && seconds >= missingCardSeconds) throw await noCard(io, all, wish);
      for (const card of cards) {
        const asking = asked.get(card.name) ?? notAsked(card);
        if (!asked.has(card.name)) say(`Asking DHCP on ${printCard(card)}`);
        asked.set(card.name, asking);
        const onEnd = () => startAtTick.set(card.name, clock.tick + pauseTicks);
        if (asking.isEnded && clock.tick >= (startAtTick.get(card.name) ?? 0))
          await startAsking(io, card, asking, { say, onEnd });
        const lease = spares.has(card.name) ? undefined : await takeLease(io, card, asking, say);
        if (lease && isEnough(lease)) {
          await stop(card.name);
          return lease;
        }
        if (lease) spares.set(card.name, { lease, seconds });
      }
      const [spare] = spares.values();
      const others = cards.filter((card) => !spares.has(card.name));
      if (spare && !mayStillAnswer(others, seconds - spare.seconds)) {
        const leases = [...spares.values()].map((one) => one.lease);
        const best = leases.find((lease) => lease.found.values.IMAGESERVER) ?? spare.lease;
        await stop(best.card);
        return best;
      }
      if (spare?.seconds === seconds)
        say(
          `The DHCP answer on ${spare.lease.found.detail} has no option for the image server; waiting ${betterSeconds} s for the other cards`,
        );
      if (isTimeToSay(seconds)) say(waitingLine(cards, seconds));
      await io.sleep(tickMs, signal);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** True while one of these cards may still have an answer. */
function mayStillAnswer(cards: readonly Card[], seconds: number): boolean {
  return cards.some(({ link }) => seconds < (link === 'no' ? linkSeconds : betterSeconds));
}

function waitingLine(cards: readonly Card[], seconds: number): string {
  if (cards.length === 0) return `Waiting for a network card (${seconds} s)`;
  return `Waiting for a DHCP answer (${seconds} s): ${describeCards(cards)}. A switch port may need 40 s; still waiting.`;
}

/** The error for a machine without a card to ask on; it names the cards that exist. */
export async function noCard(io: Io, all: readonly Card[], wish: CardWish): Promise<UserError> {
  const there = all.length > 0 ? `there is ${all.map(printCard).join(', ')}` : 'there is no network card with a driver';
  const lacking = await probeDriverlessCards(io);
  const without = lacking.length > 0 ? `; without a driver: PCI ${lacking.join(', ')}` : '';
  if (wish.device !== undefined)
    return new UserError(
      `DEVICE=${wish.device} is no card of this machine: ${there}${without}`,
      'Correct or leave out DEVICE; a MAC address does not change from kernel to kernel.',
    );
  return new UserError(
    `no network card: ${there}${without}`,
    'Build the boot files with a kernel that has a driver for the card: systemimager build boot --kernel FILE --modules DIR',
  );
}
