/**
 * What `ip -json -details address` (iproute2 6.1) printed in a network namespace: a card with two addresses and IPv6, a bridge with one card, a
 * card with a far router. Fields that nothing reads are left out.
 */
export const ipAddress = `[
  {"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo"},{"family":"inet6","local":"::1","prefixlen":128,"scope":"host"}]},
  {"link":"eth0p","ifname":"eth0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"52:54:00:12:34:56","linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"10.0.0.11","prefixlen":24,"broadcast":"10.0.0.255","scope":"global","label":"eth0"},{"family":"inet","local":"10.0.0.12","prefixlen":24,"scope":"global","secondary":true,"label":"eth0"},{"family":"inet6","local":"2001:db8::11","prefixlen":64,"scope":"global"},{"family":"inet6","local":"fe80::5054:ff:fe12:3456","prefixlen":64,"scope":"link"}]},
  {"link":"eth1p","ifname":"eth1","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"master":"br0","operstate":"UP","link_type":"ether","address":"66:7f:7f:67:31:05","linkinfo":{"info_kind":"veth","info_slave_kind":"bridge","info_slave_data":{"state":"forwarding","priority":32,"cost":2}},"addr_info":[{"family":"inet6","local":"fe80::647f:7fff:fe67:3105","prefixlen":64,"scope":"link"}]},
  {"link":"eth2p","ifname":"eth2","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"72:7b:50:0e:17:f1","linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"203.0.113.7","prefixlen":32,"scope":"global","label":"eth2"},{"family":"inet6","local":"fe80::707b:50ff:fe0e:17f1","prefixlen":64,"scope":"link"}]},
  {"ifname":"br0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"66:7f:7f:67:31:05","linkinfo":{"info_kind":"bridge","info_data":{}},"addr_info":[{"family":"inet","local":"192.168.7.5","prefixlen":24,"scope":"global","label":"br0"},{"family":"inet6","local":"fe80::647f:7fff:fe67:3105","prefixlen":64,"scope":"link"}]}
]`;

/** What `ip -json -4 route` printed there. */
export const ipRoute = `[
  {"dst":"default","gateway":"10.0.0.1","dev":"eth0","metric":100,"flags":[]},
  {"dst":"default","gateway":"172.31.1.1","dev":"eth2","metric":200,"flags":["onlink"]},
  {"dst":"10.0.0.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"10.0.0.11","flags":[]},
  {"dst":"10.7.0.0/16","protocol":"static","flags":[],"nexthops":[{"gateway":"10.0.0.250","dev":"eth0","weight":1,"flags":[]},{"gateway":"10.0.0.251","dev":"eth0","weight":1,"flags":[]}]},
  {"dst":"10.8.0.0/16","dev":"eth0","protocol":"static","scope":"link","flags":[]},
  {"dst":"10.9.0.0/16","gateway":"10.0.0.254","dev":"eth0","protocol":"static","flags":[]},
  {"dst":"172.16.0.0/12","gateway":"10.0.0.253","dev":"eth0","protocol":"bird","flags":[]},
  {"dst":"172.31.1.1","dev":"eth2","scope":"link","flags":[]},
  {"type":"blackhole","dst":"192.0.2.0/24","flags":[]},
  {"dst":"192.168.7.0/24","dev":"br0","protocol":"kernel","scope":"link","prefsrc":"192.168.7.5","flags":[]}
]`;

/** What `ip -json route get` printed there: behind a router, on the wire, and the machine itself. */
export const ipRouteGet = {
  '10.9.0.5':
    '[{"dst":"10.9.0.5","gateway":"10.0.0.254","dev":"eth0","prefsrc":"10.0.0.11","flags":[],"uid":0,"cache":[]}]',
  '10.0.0.2': '[{"dst":"10.0.0.2","dev":"eth0","prefsrc":"10.0.0.11","flags":[],"uid":0,"cache":[]}]',
  '192.168.7.1': '[{"dst":"192.168.7.1","dev":"br0","prefsrc":"192.168.7.5","flags":[],"uid":0,"cache":[]}]',
  '10.0.0.11':
    '[{"type":"local","dst":"10.0.0.11","dev":"lo","prefsrc":"10.0.0.11","flags":[],"uid":0,"cache":["local"]}]',
};

/** A bond and a VLAN on it, in the form of ip/iplink_bond.c, iplink_bond_slave.c and iplink_vlan.c of iproute2. */
export const ipBond = (mode: string) => `[
  {"ifname":"eth0","flags":["BROADCAST","MULTICAST","SLAVE","UP","LOWER_UP"],"mtu":1500,"master":"bond0","operstate":"UP","link_type":"ether","address":"52:54:00:00:00:01","permaddr":"52:54:00:00:00:01","linkinfo":{"info_slave_kind":"bond","info_slave_data":{"state":"BACKUP","mii_status":"UP","link_failure_count":0,"perm_hwaddr":"52:54:00:00:00:01","queue_id":0}},"addr_info":[]},
  {"ifname":"eth1","flags":["BROADCAST","MULTICAST","SLAVE","UP","LOWER_UP"],"mtu":1500,"master":"bond0","operstate":"UP","link_type":"ether","address":"52:54:00:00:00:01","permaddr":"52:54:00:00:00:02","linkinfo":{"info_slave_kind":"bond","info_slave_data":{"state":"ACTIVE","mii_status":"UP","link_failure_count":0,"perm_hwaddr":"52:54:00:00:00:02","queue_id":0}},"addr_info":[]},
  {"ifname":"bond0","flags":["BROADCAST","MULTICAST","MASTER","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"52:54:00:00:00:01","linkinfo":{"info_kind":"bond","info_data":{"mode":"${mode}","active_slave":"eth1","miimon":100}},"addr_info":[{"family":"inet","local":"10.0.0.11","prefixlen":24,"broadcast":"10.0.0.255","scope":"global","label":"bond0"}]},
  {"ifname":"bond0.7","link":"bond0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"52:54:00:00:00:01","linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1Q","id":7,"flags":["REORDER_HDR"]}},"addr_info":[{"family":"inet","local":"10.7.0.11","prefixlen":24,"scope":"global","label":"bond0.7"}]}
]`;
