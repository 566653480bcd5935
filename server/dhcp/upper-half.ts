import { broadcastOf, type Ipv4, printIpv4 } from '../../common/model/ipv4.ts';

/** The upper half of a network, to hand out where nobody said which addresses; undefined where it is too small. */
export function upperHalf(network: Ipv4, prefixLength: number): { first: string; last: string } | undefined {
  const broadcast = broadcastOf(network, prefixLength);
  const size = broadcast - network + 1;
  return size < 8 ? undefined : { first: printIpv4(network + size / 2), last: printIpv4(broadcast - 1) };
}
