import { z } from 'zod';

/** A network card's address, lower case with colons. */
export const Mac = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'write a MAC as 52:54:00:12:34:56');
export type Mac = z.infer<typeof Mac>;

/** Twelve digits, with colons, dashes or nothing between the bytes. */
const bytes = /^[0-9a-f]{2}([:-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i;
/** ethers(5) leaves leading zeros out: 8:0:20:1:2:3. */
const short = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i;
/** As switches of Cisco and others show them: 5254.0012.3456. */
const dotted = /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$/i;

/** A MAC address in lower case with colons, from any form that people, switches and boot loaders write; else undefined. */
export function parseMac(text: string): string | undefined {
  if (![bytes, short, dotted].some((one) => one.test(text))) return undefined;
  const digits = text
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join('')
    .replaceAll(/[.-]/g, '');
  return digits.toLowerCase().replaceAll(/(..)(?=.)/g, '$1:');
}

/** False for addresses that no card has as its own: all zeros, and group addresses (IEEE 802: the first byte's lowest bit). */
export function isCardMac(mac: string): boolean {
  return mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
}

/**
 * The MAC address in a boot loader's BOOTIF: pxelinux, grub and our iPXE scripts put the hardware type before it
 * (`01-52-54-00-12-34-56`, 01 is Ethernet: IANA ARP hardware types), some leave it out.
 */
export function parseBootif(text: string): string | undefined {
  return parseMac(text) ?? (/^01[:-]/.test(text) ? parseMac(text.slice(3)) : undefined);
}
