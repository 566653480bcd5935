import { serverAddress } from '../../common/model/server-address.ts';
import { parseRoutes } from '../../common/model/route.ts';
import { type Settings, settingOf } from '../../common/model/settings.ts';
import { apply } from '../../common/system/apply.ts';
import type { Io } from '../../common/system/io.ts';
import { rsyncAnswers } from '../../install/transports/rsync-file.ts';
import { type Card, findCard, printCard, probeCards } from '../../machine/cards.ts';
import { isTimeToSay, type Watch } from './backoff.ts';
import { clearCard, configureCard } from './card-steps.ts';
import { type CardWish, chooseCards, describeCards, missingCardSeconds } from './choose-card.ts';
import { noCard } from './dhcp.ts';
import { type CardAddress, groupAddress } from './group-address.ts';

const tickMs = 1000;

/**
 * Gives the address of the settings to the right card: the card that DEVICE or BOOTIF names; of several, the first card through
 * which the image server answers.
 */
export async function configureStatic(
  io: Io,
  settings: Settings,
  wish: CardWish,
  { signal, say }: Watch,
): Promise<Card> {
  const wished = groupAddress(settings);
  const routes = parseRoutes(settingOf(settings, 'ROUTES') ?? '') ?? [];
  const server = serverAddress(settings);
  for (let tick = 0; ; tick += 1) {
    signal?.throwIfAborted();
    const seconds = (tick * tickMs) / 1000;
    const all = await probeCards(io);
    const cards = chooseCards(all, wish, seconds);
    if (cards.length === 0 && seconds >= missingCardSeconds) throw await noCard(io, all, wish);
    if (tick === 0) for (const card of cards) await io.run({ argv: ['ip', 'link', 'set', 'dev', card.name, 'up'] });
    const address = withGatewayCard(wished, all);
    const [only] = cards;
    if (only && cards.length === 1) {
      await apply(configureCard(only.name, address, { routes }), io, signal ? { signal } : {});
      say(`Address ${address.address}/${address.prefixLength} on ${printCard(only)}`);
      return only;
    }
    for (const card of cards.filter(({ link }) => link !== 'no')) {
      say(`Looking for image server ${server.host} through ${printCard(card)}`);
      await apply(configureCard(card.name, address, { routes }), io, signal ? { signal } : {});
      if (await rsyncAnswers(io, server)) return card;
      await apply(clearCard(card.name), io);
    }
    if (isTimeToSay(seconds))
      say(`Waiting for a card that leads to ${server.host} (${seconds} s): ${describeCards(cards)}`);
    await io.sleep(tickMs, signal);
  }
}

/** ip(8) takes names of cards only, and GATEWAYDEV may be a MAC address. */
function withGatewayCard(address: CardAddress, cards: readonly Card[]): CardAddress {
  const { gatewayDevice } = address;
  const card = gatewayDevice === undefined ? undefined : findCard(cards, gatewayDevice);
  return card ? { ...address, gatewayDevice: card.name } : address;
}
