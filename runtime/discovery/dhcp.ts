import { UserError } from '../../common/system/errors.ts';
import type { Child, Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type Card, printCard, probeCards, probeDriverlessCards } from '../../machine/cards.ts';
import { isTimeToSay, type Watch } from './backoff.ts';
import { type CardWish, chooseCards, describeCards, missingCardSeconds } from './choose-card.ts';
import { type Lease, parseEnviron, readLease } from './lease.ts';

const dhcpDir: AbsPath = '/run/boel/dhcp';

/**
 * udhcpc runs it with the lease in the environment (busybox, examples/udhcp). The kernel's own copy of that environment is
 * handed over as it is, so that no value is ever read by a shell.
 */
const hook = `#!/bin/sh
case "$1" in
  bound) cat /proc/self/environ >"$LEASE_FILE.new" && mv "$LEASE_FILE.new" "$LEASE_FILE" ;;
esac
`;

/** Three packets, three seconds apart, a pause of five; for ever. A card whose link comes late gets its answer then. */
const patience = ['-t', '3', '-T', '3', '-A', '5'];
/** What is asked besides udhcpc's own list: the image server, routes (RFC 3442) and the MTU. */
const options = ['224', '140', 'staticroutes', 'mtu'].flatMap((option) => ['-O', option]);

const tickMs = 250;
/** After a useless answer, or when udhcpc ended by itself. */
const pauseTicks = 5000 / tickMs;

/** How long an answer that is not enough waits for a better one on cards with a link, and for a link. */
const betterSeconds = 45;
const linkSeconds = 5;

/** A card that is being asked. */
type Asking = { child?: Child; leaseFile: AbsPath; startAtTick: number; ended: boolean };

/** An answer that is kept in case that no other card has a better one. */
type Spare = { lease: Lease; seconds: number };

/** What else `askDhcp` may be told: with what answer a machine can go on. */
type Enough = (lease: Lease) => boolean;

/**
 * Asks DHCP on the cards at once and gives the first answer that can be used; its udhcpc goes on and keeps the lease. It never
 * gives up, except when there is no card to ask with. An answer that is not enough counts where no other card has one in time.
 */
export async function askDhcp(
  io: Io,
  wish: CardWish,
  { signal, say }: Watch,
  isEnough: Enough = () => true,
): Promise<Lease> {
  await io.mkdir(dhcpDir, { mode: 0o700 });
  await io.write(under(dhcpDir, 'hook'), hook, { mode: 0o700 });
  const asked = new Map<string, Asking>();
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
        const asking = asked.get(card.name) ?? { leaseFile: under(dhcpDir, card.name), startAtTick: 0, ended: true };
        if (!asked.has(card.name)) say(`Asking DHCP on ${printCard(card)}`);
        asked.set(card.name, asking);
        if (asking.ended && clock.tick >= asking.startAtTick) await start(io, card, asking, clock);
        const lease = spares.has(card.name) ? undefined : await take(io, card, asking, say);
        if (lease && isEnough(lease)) {
          await stop(card.name);
          return lease;
        }
        if (lease) spares.set(card.name, { lease, seconds });
      }
      const [spare] = spares.values();
      const others = cards.filter((card) => !spares.has(card.name));
      if (spare && !mayStillAnswer(others, seconds - spare.seconds)) {
        await stop(spare.lease.card);
        return spare.lease;
      }
      if (spare?.seconds === seconds)
        say(
          `The DHCP answer on ${spare.lease.found.detail} names no image server; ${betterSeconds} s for the other cards`,
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

async function start(io: Io, card: Card, asking: Asking, clock: { tick: number }): Promise<void> {
  await io.remove(asking.leaseFile);
  await io.run({ argv: ['ip', 'link', 'set', 'dev', card.name, 'up'] });
  const argv = ['udhcpc', '-f', '-i', card.name, ...patience, ...options, '-s', `${dhcpDir}/hook`] as const;
  const child = await io.start({ argv, env: { LEASE_FILE: asking.leaseFile } });
  Object.assign(asking, { child, ended: false });
  const end = () => Object.assign(asking, { ended: true, startAtTick: clock.tick + pauseTicks });
  child.exit.then(end, end);
}

/** The answer on this card, if there is one that can be used. */
async function take(io: Io, card: Card, asking: Asking, say: Watch['say']): Promise<Lease | undefined> {
  const environ = await io.read(asking.leaseFile);
  if (!environ) return undefined;
  const lease = readLease(parseEnviron(environ), card.name);
  if (!('refused' in lease)) return lease;
  say(`Not used: ${lease.refused}`);
  await io.remove(asking.leaseFile);
  await asking.child?.stop();
  return undefined;
}

function waitingLine(cards: readonly Card[], seconds: number): string {
  if (cards.length === 0) return `Waiting for a network card (${seconds} s)`;
  return `Waiting for a DHCP answer (${seconds} s): ${describeCards(cards)}. A switch port may need 40 s; going on.`;
}

/** Nothing to ask with: what there is instead. */
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
    'Build the boot files with a kernel that has a driver for it: systemimager build boot --kernel FILE --modules DIR',
  );
}
