import { dnsmasq } from './dnsmasq.ts';
import { isc } from './isc/isc.ts';
import { kea } from './kea/kea.ts';
import type { DhcpKind } from './kind.ts';

/** The DHCP servers that mkdhcpserver and mkdhcpstatic know. */
export const dhcpKinds: readonly DhcpKind[] = [isc, kea, dnsmasq];
