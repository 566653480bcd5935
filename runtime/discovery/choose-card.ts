import { parseBootif } from '../../common/model/mac.ts';
import { type Card, findCard, printCard } from '../../machine/cards.ts';

/** Which card to use. `device` is the setting DEVICE; `bootif` is BOOTIF as the boot loader passed it. */
export type CardWish = { device?: string | undefined; bootif?: string | undefined };

/** How long only the card that booted is asked: a switch port may forward after 40 s (IEEE 802.1D, 2 × 15 s and more). */
export const bootCardSeconds = 60;
/** How long to wait for a card that is not there: USB cards and slow firmware take some seconds. */
export const missingCardSeconds = 30;

/**
 * The cards to use now, best first. DEVICE pins one card. Else only the card that booted is used in the first minute, then all
 * hardware cards. Software cards count only when DEVICE names them.
 */
export function chooseCards(cards: readonly Card[], wish: CardWish, seconds: number): Card[] {
  if (wish.device !== undefined) {
    const card = findCard(cards, wish.device);
    return card ? [card] : [];
  }
  const hardware = cards.filter((card) => card.isHardware);
  const mac = parseBootif(wish.bootif ?? '');
  const booted = mac === undefined ? undefined : findCard(hardware, mac);
  if (!booted) return hardware;
  return seconds < bootCardSeconds ? [booted] : [booted, ...hardware.filter((card) => card !== booted)];
}

/** The cards in words, with hints for a person at the machine. */
export function describeCards(cards: readonly Card[]): string {
  const link = { yes: 'link is up', no: 'no link: is the cable plugged in?', off: 'link not known yet' };
  return cards.map((card) => `${printCard(card)}, ${link[card.link]}`).join('; ');
}
