import { addressesLoopback, isVirtual } from './interface-names.ts';
import { macPattern } from './mac-address.ts';

/** True for a set value: an empty value clears others (systemd.syntax(7)), and for 0.0.0.0/28 networkd picks the address. */
const sets = (text: string, names: string) =>
  new RegExp(`^[ \\t]*(${names})[ \\t]*=[ \\t]*(?!0\\.0\\.0\\.0|::/)\\S`, 'm').test(text);
const idLine = /^[ \t]*(DUIDRawData|IAID|Hostname|ClientIdentifier)[ \t]*=[ \t]*(?!mac\b|duid(-only)?\b).*\n?/gm;

/** True for a unit of virtual interfaces, by the names that the unit matches or makes. */
export function isVirtualUnit(text: string): boolean {
  const names = [...text.matchAll(/^[ \t]*(?:Original)?Name[ \t]*=(.*)$/gm)].flatMap(([, list = '']) =>
    list.trim().split(/\s+/),
  );
  return names.length > 0 && names.every((name) => isVirtual(name));
}

/**
 * True for a .network, .netdev or .link file that gives an address, a route or a MAC, names a card by its MAC, or is built on
 * cards: systemd.network(5), systemd.netdev(5), systemd.link(5). `whole` is the text that a drop-in belongs to.
 */
export function isGoldenUnit(text: string, name: string, whole = text): boolean {
  if (isVirtualUnit(`${whole}\n${text}`))
    return /^[ \t]*Name[ \t]*=[ \t]*lo[ \t]*\r?$/m.test(`${whole}\n${text}`) && addressesLoopback(text);
  const hasMac = new RegExp(`^[ \\t]*(Permanent)?MACAddress[ \\t]*=.*${macPattern.source}`, 'im').test(text);
  if (name.endsWith('.link')) return hasMac;
  if (name.endsWith('.netdev'))
    return (
      hasMac ||
      sets(text, 'Local|Remote') ||
      /^[ \t]*Kind[ \t]*=[ \t]*(bond|bridge|vlan|macvlan|ipvlan|vrf|team|vxlan)\b/m.test(text)
    );
  if (!name.endsWith('.network')) return false;
  return (
    hasMac ||
    sets(text, 'Address|Gateway|Destination|Bond|Bridge|VLAN|MACVLAN|IPVLAN|VRF|VXLAN|Tunnel|Peer') ||
    withoutUnitIds(text) !== text
  );
}

/** The text without identifiers that are one machine's: `[DHCPv4]` of systemd.network(5), and networkd.conf(5). */
export function withoutUnitIds(text: string): string {
  return text.replace(idLine, '');
}
