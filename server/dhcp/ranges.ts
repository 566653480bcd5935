import { type Ipv4, parseIpv4 } from '../../common/model/ipv4.ts';

/** Addresses from `first` to `last`, both included. */
export type Range = { first: Ipv4; last: Ipv4 };

/** The ranges without these addresses; an address in the middle splits a range. Texts that are no address are ignored. */
export function withoutAddresses(ranges: readonly Range[], addresses: readonly string[]): Range[] {
  const taken = addresses.flatMap((text) => parseIpv4(text) ?? []).sort((a, b) => a - b);
  return ranges.flatMap(({ first, last }) => {
    const pieces: Range[] = [];
    let from = first;
    for (const address of taken) {
      if (address < from || address > last) continue;
      if (address > from) pieces.push({ first: from, last: address - 1 });
      from = address + 1;
    }
    return from > last ? pieces : [...pieces, { first: from, last }];
  });
}
