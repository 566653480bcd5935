import { networkOf, parseIpv4 } from '../../../common/model/ipv4.ts';
import type { NetworkWish } from '../flavour.ts';

/** True where the router is no neighbour by its address, as some hosting networks have it: the card must be told that it is. */
export function hasOffLinkRouter(wish: Extract<NetworkWish, { mode: 'static' }>): boolean {
  const [own, router] = [parseIpv4(wish.address), wish.gateway && parseIpv4(wish.gateway)];
  if (own === undefined || typeof router !== 'number') return false;
  return networkOf(own, wish.prefixLength) !== networkOf(router, wish.prefixLength);
}
