import { networkOf, parseIpv4 } from '../../../common/model/ipv4.ts';
import type { NetworkWish } from '../flavour.ts';

/** True if the router lies outside of the card's network, as at some hosting providers: a setting must make it a neighbour. */
export function hasOffLinkRouter(wish: Extract<NetworkWish, { mode: 'static' }>): boolean {
  const [own, router] = [parseIpv4(wish.address), wish.gateway && parseIpv4(wish.gateway)];
  if (own === undefined || typeof router !== 'number') return false;
  return networkOf(own, wish.prefixLength) !== networkOf(router, wish.prefixLength);
}
