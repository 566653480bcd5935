import { addressesLoopback, isVirtual } from './interface-names.ts';
import { macPattern } from './mac-address.ts';

/** Values that each machine works out by itself: nm-settings-keyfile(5). */
const ownIds =
  /^(mac|perm-mac|permanent|preserve|random|stable(-\w+)?|stable-ssid|duid|ipv6-duid|none|lease|llt?|uuid)$/;

/** Ids by which a DHCP server or neighbour takes one machine for another: NetworkManager.conf(5), nm-settings-keyfile(5). */
const idLine =
  /^[ \t]*(?:(?:\w+\.)?cloned-mac-address|(?:ipv[46]\.)?dhcp-(?:client-id|duid|iaid|hostname|fqdn)|hostname)[ \t]*=(.*)$\n?/gm;

/** Devices that are built on the golden client's cards. */
const onCards = /^type=(bond|bridge|team|vlan|macvlan|vxlan|vrf|ip-tunnel|hsr|ovs-[\w-]+|infiniband)$/m;
/** VPNs, modems and the like: their addresses are not those of a card. */
const isOwnNetwork = /^type=(wireguard|vpn|tun|dummy|gsm|cdma|bluetooth)$/m;

/** A profile of NetworkManager that gives an address or a route, names a card by its MAC, or is built on cards. */
export function isGoldenProfile(written: string): boolean {
  const text = written.replace(/^[ \t]*([\w.-]+)[ \t]*=[ \t]*/gm, '$1=');
  const name = /^interface-name=(.*)$/m.exec(text)?.[1] ?? '';
  if (/^type=loopback$/m.test(text)) return addressesLoopback(text);
  if (isOwnNetwork.test(text) || isVirtual(name)) return false;
  return (
    onCards.test(text) ||
    /^(address(es)?\d*|routes?\d*|gateway)=./m.test(text) ||
    /^method=manual\b/m.test(text) ||
    /^mac-address=./m.test(text) ||
    /^(master|controller|slave-type|port-type)=./m.test(text) ||
    withoutIds(text) !== text
  );
}

/** The text without ids of one machine. */
export function withoutIds(text: string): string {
  return text.replace(idLine, (line: string, written: string) => {
    const value = written.trim();
    return value === '' || ownIds.test(value) || (/cloned-mac/.test(line) && !macPattern.test(value)) ? line : '';
  });
}
