import { type Ipv4, parseIpv4 } from '../../common/model/ipv4.ts';

/** Addresses from `first` to `last`, both included. */
export type Range = { first: Ipv4; last: Ipv4 };

/** The ranges without these addresses, in pieces where one lies in the middle. Texts that are no address are ignored. */
export function withoutAddresses(ranges: readonly Range[], addresses: readonly string[]): Range[] {
  const taken = addresses.flatMap((text) => parseIpv4(text) ?? []);
  return taken.reduce<Range[]>(
    (left, address) =>
      left.flatMap(({ first, last }) => {
        if (address < first || address > last) return [{ first, last }];
        const pieces = [
          { first, last: address - 1 },
          { first: address + 1, last },
        ];
        return pieces.filter((one) => one.first <= one.last);
      }),
    [...ranges],
  );
}
