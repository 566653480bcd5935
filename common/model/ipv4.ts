/** An IPv4 address as an unsigned number of 32 bits. */
export type Ipv4 = number;

/** Reads four decimal numbers with dots. Leading zeros are refused: some programs read them as octal (inet_aton(3)). */
export function parseIpv4(text: string): Ipv4 | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The address with dots. */
export function printIpv4(address: Ipv4): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The mask whose first `prefixLength` bits are set. */
export function maskOf(prefixLength: number): Ipv4 {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}

/** The prefix length of a mask written as 255.255.255.0, 24 or /24; undefined if its bits are not contiguous. */
export function parseNetmask(text: string): number | undefined {
  if (/^\/?\d{1,2}$/.test(text)) {
    const length = Number(text.replace('/', ''));
    return length <= 32 ? length : undefined;
  }
  const mask = parseIpv4(text);
  if (mask === undefined) return undefined;
  const length = 32 - Math.ceil(Math.log2(2 ** 32 - mask));
  return maskOf(length) === mask ? length : undefined;
}

/** The first address of the network that `address` is in. */
export function networkOf(address: Ipv4, prefixLength: number): Ipv4 {
  return (address & maskOf(prefixLength)) >>> 0;
}

/** The last address of the network that `address` is in. */
export function broadcastOf(address: Ipv4, prefixLength: number): Ipv4 {
  return (address | ~maskOf(prefixLength)) >>> 0;
}

/** The prefix length of the network that reaches from `network` to `broadcast`; undefined if there is no such network. */
export function prefixLengthBetween(network: Ipv4, broadcast: Ipv4): number | undefined {
  const length = 32 - Math.log2(broadcast - network + 1);
  return Number.isInteger(length) && length >= 0 && length <= 32 && networkOf(network, length) === network
    ? length
    : undefined;
}

/** True for an address that one machine may have: not 0/8, loopback, multicast or reserved (RFC 6890). */
export function isHostAddress(address: Ipv4): boolean {
  const first = address >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}
