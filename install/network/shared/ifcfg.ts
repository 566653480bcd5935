import { isVirtual, isWireless } from './interface-names.ts';

/** File names that the scripts of Red Hat and of SUSE ignore. */
export const ignoredIfcfg = /(~|\.(bak|orig|old|scpmbackup|rpm\w+|aug\w+|dpkg-\w+))$/;

/** Addresses, routers, cards by MAC, and devices built on cards: sysconfig.txt of initscripts, ifcfg(5) of wicked. */
const goldenKey =
  /^[ \t]*(?:export[ \t]+)?(IPADDR\w*|REMOTE_IPADDR\w*|GATEWAY\w*|IPV6ADDR\w*|IPV6_DEFAULTGW|HWADDR|MACADDR|LLADDR|MASTER\w*|SLAVE|TEAM_\w+|BRIDGE\w*|BOND\w*|OVS_\w+|VLAN\w*|ETHERDEVICE|PHYSDEV|MACVLAN_DEVICE|DHCP_HOSTNAME|DHCP_CLIENT_ID|DHCLIENT_CLIENT_ID|DHCLIENT6_CLIENT_ID)=(?![ \t]*(?:$|''|""|no\b|'no'|"no"))/m;

/** True for a file of one interface, `ifcfg-NAME` or `route-NAME`, that holds the golden client's address or names its cards. */
export function isGoldenIfcfg(text: string, name: string): boolean {
  const [, kind = '', device = ''] = /^([a-z0-9]+)-(.*)$/.exec(name) ?? [];
  if (isVirtual(/^[ \t]*DEVICE=["']?([\w.:-]+)/m.exec(text)?.[1] ?? device)) return false;
  return (
    /^(if)?(route6?|rule6?)$/.test(kind) ||
    device.startsWith('id-') ||
    goldenKey.test(text) ||
    /^[ \t]*TYPE=["']?(Bond|Bridge|Team|Vlan)/im.test(text)
  );
}

/** True for a file of one wired interface, which the configuration of this machine's card replaces. */
export function isWiredIfcfg(text: string, device: string): boolean {
  return !isVirtual(device) && !isWireless(device) && !/^[ \t]*(TYPE=["']?Wireless|WIRELESS\w*=|ESSID=)/im.test(text);
}

/** A shell file without the lines of variables that `wanted` matches. */
export function withoutVariables(text: string, wanted: RegExp): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !wanted.test(line))
    .join('');
}
