import { isHostAddress, networkOf, parseIpv4, parseNetmask, printIpv4 } from './ipv4.ts';

/** A route besides the route to the own network (RFC 3442); without `via` the machines of the network are on the wire. */
export type Route = { network: string; prefixLength: number; via?: string | undefined };

/** Reads ROUTES: `10.9.0.0/16 via 10.0.0.254, 10.8.0.0/16`, as ip-route(8) writes routes. Undefined if a part is no route. */
export function parseRoutes(text: string): Route[] | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  const routes = parts.flatMap((part): Route[] => {
    const [, to = '', length = '32', via] = /^([\d.]+)(?:\/(\d{1,2}))?(?:\s+via\s+([\d.]+))?$/.exec(part) ?? [];
    const [network, prefixLength, router] = [parseIpv4(to), parseNetmask(length), via && parseIpv4(via)];
    const isGood = via === undefined || (typeof router === 'number' && isHostAddress(router));
    if (network === undefined || prefixLength === undefined || prefixLength === 0 || !isGood) return [];
    return networkOf(network, prefixLength) === network ? [{ network: printIpv4(network), prefixLength, via }] : [];
  });
  return routes.length === parts.length ? routes : undefined;
}

/** The text that {@link parseRoutes} reads. */
export const printRoutes = (routes: readonly Route[]): string =>
  routes
    .map(({ network, prefixLength, via }) => `${network}/${prefixLength}${via === undefined ? '' : ` via ${via}`}`)
    .join(', ');
