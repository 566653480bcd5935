/** A MAC address in lower case with colons, from the ways in which people and boot loaders write it; else undefined. */
export function parseMac(text: string): string | undefined {
  const match = /^([0-9a-f]{2})([:-]?)([0-9a-f]{2}(?:\2[0-9a-f]{2}){4})$/i.exec(text);
  if (!match) return undefined;
  const digits = text.replaceAll(/[:-]/g, '').toLowerCase();
  return digits.replaceAll(/(..)(?=.)/g, '$1:');
}

/**
 * The MAC address in a boot loader's BOOTIF: pxelinux, grub and our iPXE scripts put the hardware type before it
 * (`01-52-54-00-12-34-56`, 01 is Ethernet: IANA ARP hardware types), some leave it out.
 */
export function parseBootif(text: string): string | undefined {
  return parseMac(text) ?? (/^01[:-]/.test(text) ? parseMac(text.slice(3)) : undefined);
}
