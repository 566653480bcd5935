import { isHostAddress, type Ipv4, networkOf, parseIpv4, printIpv4 } from '../../common/model/ipv4.ts';
import type { Route } from '../../common/model/route.ts';

/** The ways out of the own network. `isOutside`: the gateway is in another network; `strays`: routers that cannot be reached. */
type WaysOut = { routes: Route[]; gateway: string | undefined; isOutside: boolean; strays: string[] };

/** Reads the routes and the router of a DHCP answer, as udhcpc gives them to its script. */
export function waysOut(
  { staticroutes = '', router = '' }: Record<string, string>,
  { address, prefixLength }: { address: Ipv4; prefixLength: number },
): WaysOut {
  const classless = readRoutes(staticroutes);
  const onWire = classless.filter((route) => route.via === undefined);
  const isIn = (one: number, net: Route) =>
    networkOf(one, net.prefixLength) === networkOf(parseIpv4(net.network) ?? 0, net.prefixLength);
  const own: Route = { network: printIpv4(networkOf(address, prefixLength)), prefixLength };
  const isNear = (via: string) => {
    const one = parseIpv4(via);
    if (one === undefined || !isHostAddress(one) || one === address) return false;
    // With a mask of 32 bits, clouds say that everything goes through the router.
    return prefixLength === 32 || [own, ...onWire].some((net) => isIn(one, net));
  };
  const isUsable = ({ prefixLength: length, via }: Route) => length > 0 && (via === undefined || isNear(via));
  // If there are classless routes, the router option does not count (RFC 3442).
  const said = classless.length > 0 ? (classless.find((route) => route.prefixLength === 0)?.via ?? '') : router;
  const routers = said.split(/\s+/).filter(Boolean);
  const gateway = routers.find(isNear);
  return {
    routes: classless.filter(isUsable),
    gateway,
    isOutside: gateway !== undefined && !isIn(parseIpv4(gateway) ?? 0, own),
    strays: routers.filter((one) => !isNear(one)),
  };
}

/** udhcpc writes `NETWORK/LENGTH ROUTER` pairs with blanks between; the router 0.0.0.0 means none (RFC 3442). */
function readRoutes(text: string): Route[] {
  const words = text.split(/\s+/).filter(Boolean);
  return words.flatMap((word, at) => {
    const match = /^([\d.]+)\/(\d+)$/.exec(word);
    const via = words[at + 1];
    const network = parseIpv4(match?.[1] ?? '');
    const prefixLength = Number(match?.[2]);
    const router = parseIpv4(via ?? '');
    if (network === undefined || via === undefined || router === undefined || prefixLength > 32) return [];
    const route: Route = { network: printIpv4(networkOf(network, prefixLength)), prefixLength };
    return [router === 0 ? route : { ...route, via }];
  });
}
