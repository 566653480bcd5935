import type { RecordedFile } from './recorder-io.ts';

const wants = '/etc/systemd/system/multi-user.target.wants';
const unit = (name: string) => ({ [`${wants}/${name}`]: { link: `/usr/lib/systemd/system/${name}` } });
const nm = '/etc/NetworkManager/system-connections';
const scripts = '/etc/sysconfig/network-scripts';
const suse = '/etc/sysconfig/network';

/** A card of the golden client that is not here. Its addresses are in 10.9.9.0/24 and fd99::/64. */
export const goldenMac = '52:54:00:99:99:99';

/** What a golden client says of its network, for each program that brings it up: fixed addresses, routes, bonds, bridges, vlans. */
export const goldenNetworks: Record<string, Record<string, RecordedFile>> = {
  netplan: {
    '/usr/sbin/netplan': '',
    '/etc/netplan/01.yaml': 'network:\n  ethernets:\n    enp1s0:\n      addresses:\n        - 10.9.9.9/24\n',
    '/etc/netplan/50-bond.yaml': `network: {bonds: {bond0: {interfaces: [a], addresses: [10.9.9.8/24], macaddress: "${goldenMac}"}}}\n`,
    '/run/netplan/x.yaml': 'network: {ethernets: {e: {routes: [{to: default, via: 10.9.9.1}]}}}\n',
  },
  NetworkManager: {
    '/usr/sbin/NetworkManager': '',
    ...unit('NetworkManager.service'),
    '/etc/NetworkManager/NetworkManager.conf': '[main]\nplugins=ifupdown,keyfile\n\n[ifupdown]\nmanaged=false\n',
    '/etc/NetworkManager/conf.d/id.conf': `[connection]\nethernet.cloned-mac-address=${goldenMac}\nipv4.dhcp-client-id=10.9.9.9\n`,
    [`${nm}/office`]: '[connection]\ntype=ethernet\n[ipv4]\nmethod = manual\naddress1 = 10.9.9.9/24,10.9.9.1\n',
    [`${nm}/eth1.nmconnection.bak`]: '[connection]\ntype=ethernet\n[ipv4]\naddress1=10.9.9.8/24\n',
    [`${nm}/bond0.nmconnection`]: `[connection]\ntype=bond\ninterface-name=bond0\n[ethernet]\ncloned-mac-address=${goldenMac}\n[ipv4]\nmethod=auto\n`,
    [`${nm}/slave.nmconnection`]: `[connection]\ntype=ethernet\nmaster=bond0\nslave-type=bond\n[ethernet]\nmac-address=${goldenMac}\n`,
    '/usr/lib/NetworkManager/system-connections/x.nmconnection':
      '[connection]\ntype=ethernet\n[ipv4]\nmethod=auto\nroute1=10.9.9.0/24,10.9.9.1\n',
  },
  'systemd-networkd': {
    ...unit('systemd-networkd.service'),
    '/etc/systemd/network/10-lan.network': '[Match]\nName=en*\n[Network]\nAddress=10.9.9.9/24\nGateway=10.9.9.1\n',
    '/etc/systemd/network/20-any.network': '[Match]\nName=eth*\n[Network]\nDHCP=yes\n',
    '/etc/systemd/network/20-any.network.d/more.conf': '[Route]\nDestination=10.9.9.0/24\nGateway=10.9.9.1\n',
    '/etc/systemd/network/bond0.netdev': `[NetDev]\nName=bond0\nKind=bond\nMACAddress=${goldenMac}\n`,
    '/etc/systemd/network/10-card.link': `[Match]\nMACAddress=${goldenMac}\n[Link]\nName=lan0\n`,
    '/usr/local/lib/systemd/network/vlan.network': '[Match]\nName=vlan5\n[Address]\nAddress = 10.9.9.8/24\n',
  },
  wicked: {
    ...unit('wicked.service'),
    [`${suse}/config`]: 'NETCONFIG_DNS_STATIC_SERVERS=""\n',
    [`${suse}/dhcp`]: 'DHCLIENT_CLIENT_ID="10.9.9.9"\nDHCLIENT_SET_HOSTNAME="yes"\n',
    [`${suse}/ifcfg-eth0`]: "BOOTPROTO='static'\nIPADDR='10.9.9.9/24'\n",
    [`${suse}/ifcfg-bond0`]: `BONDING_MASTER='yes'\nBONDING_SLAVE0='eth1'\nLLADDR='${goldenMac}'\n`,
    [`${suse}/ifroute-eth0`]: 'default 10.9.9.1 - eth0\n',
    [`${suse}/routes`]: 'default 10.9.9.1 - -\n',
    '/etc/wicked/ifconfig/eth1.xml':
      '<interface><ipv4:static><address>10.9.9.8/24</address></ipv4:static></interface>\n',
  },
  'ifcfg of Red Hat': {
    '/etc/rc.d/rc3.d/S10network': { link: '../init.d/network' },
    [`${scripts}/ifcfg-lo`]: 'DEVICE=lo\nIPADDR=127.0.0.1\n',
    [`${scripts}/ifcfg-eth0`]: 'DEVICE=eth0\nIPADDR=10.9.9.9\nGATEWAY=10.9.9.1\n',
    [`${scripts}/ifcfg-eth0:1`]: 'DEVICE=eth0:1\nIPADDR="10.9.9.8"\n',
    [`${scripts}/ifcfg-eth1`]: `HWADDR=${goldenMac}\nMASTER=bond0\nSLAVE=yes\n`,
    [`${scripts}/ifcfg-bond0`]: 'DEVICE=bond0\nBOOTPROTO=dhcp\nBONDING_OPTS="mode=1"\n',
    [`${scripts}/route-eth0`]: '10.9.9.0/24 via 10.9.9.1\n',
    [`${scripts}/rule6-eth0`]: 'from fd99::9 lookup 5\n',
    '/etc/sysconfig/static-routes': 'any net 10.9.9.0 netmask 255.255.255.0 gw 10.9.9.1\n',
  },
  ConnMan: {
    '/usr/sbin/connmand': '',
    ...unit('connman.service'),
    '/var/lib/connman/office.config': `[service_office]\nType=ethernet\nMAC=${goldenMac}\nIPv4=10.9.9.9/255.255.255.0/10.9.9.1\n`,
    [`/var/lib/connman/ethernet_525400999999_cable/settings`]:
      '[ethernet_525400999999_cable]\nIPv4.method=manual\nIPv4.local_address=10.9.9.9\n',
  },
  netctl: {
    '/usr/lib/systemd/system/netctl@.service': '[Service]\n',
    [`${wants}/netctl@lan.service`]: { link: '/usr/lib/systemd/system/netctl@.service' },
    '/etc/netctl/lan': "Interface=eth0\nConnection=ethernet\nIP=static\nAddress=('10.9.9.9/24')\nGateway='10.9.9.1'\n",
    '/etc/netctl/bond0': `Interface=bond0\nConnection=bond\nBindsToInterfaces=(eth1 eth2)\nMACAddress=${goldenMac}\nIP=dhcp\n`,
    '/etc/netctl/site': 'Interface=wlan0\nConnection=wireless\nIP=dhcp\n',
  },
  netifrc: {
    '/etc/init.d/net.lo': '#!/sbin/openrc-run\n',
    '/etc/runlevels/default/net.eth0': { link: '/etc/init.d/net.lo' },
    '/etc/conf.d/net':
      '# netifrc\nmodules="dhcpcd"\nconfig_eth0="10.9.9.9/24\n10.9.9.8/24"\nroutes_eth0="default via 10.9.9.1"\nslaves_bond0="eth1 eth2"\n' +
      `mac_eth0="${goldenMac}"\nconfig_wlan0="dhcp"\nconfig_eth1=( "10.9.9.7 netmask 255.255.255.0" )\n`,
  },
  'rc.inet1 of Slackware': {
    '/etc/rc.d/rc.inet1': { mode: 0o755 },
    '/etc/rc.d/rc.inet1.conf':
      'IFNAME[0]="eth0"\nIPADDR[0]="10.9.9.9"\nNETMASK[0]="255.255.255.0"\nUSE_DHCP[0]=""\nIPADDRS[1]="10.9.9.8/24"\nDHCP_HOSTNAME[1]="golden"\nGATEWAY="10.9.9.1"\nDEBUG_ETH_UP="no"\n',
  },
  dhcpcd: {
    '/etc/runit/runsvdir/default/dhcpcd': { link: '/etc/sv/dhcpcd' },
    '/etc/dhcpcd.conf':
      'clientid 10.9.9.9\noption ntp_servers\nprofile fixed\nstatic ip_address=10.9.9.8/24\ninterface eth0\nstatic ip_address=10.9.9.9/24\nstatic routers=10.9.9.1\ninterface wlan0\nfallback fixed\nmetric 9\n',
  },
  ifupdown: {
    '/sbin/ifup': '',
    '/var/lib/dpkg/status': 'Package: ifupdown\nStatus: install ok installed\nVersion: 0.8.41\n',
    ...unit('networking.service'),
    '/etc/network/interfaces':
      'source /etc/network/interfaces.d/*\nsource-directory more\n\nauto lo\niface lo inet loopback\n\tup ip addr add 10.9.9.7/32 dev lo\n\n# The primary network interface\nallow-hotplug enp1s0 wlan0\niface enp1s0 inet static\n\taddress 10.9.9.9/24\n\tgateway 10.9.9.1\niface wlan0 inet dhcp\n\twpa-ssid site\n',
    '/etc/network/interfaces.d/bond0.cfg': `auto bond0\niface bond0 inet dhcp\n\tbond-slaves eth1 eth2\n\thwaddress ether ${goldenMac}\n`,
    '/etc/network/more/br0': 'auto br0\niface br0 inet6 static\n\taddress fd99::9/64\n\tbridge_ports eth3\n',
  },
  dhclient: {
    '/etc/dhcp/dhclient.conf':
      '# dhclient.conf(5)\nsend host-name = gethostname();\nsend dhcp-client-identifier "10.9.9.9"; # me\nrequest routers;\ninterface "eth0" {\n  send host-name "10.9.9.9";\n  prepend domain-name-servers 127.0.0.1;\n}\nlease {\n  interface "eth0";\n  fixed-address 10.9.9.9;\n}\n',
  },
  nmstate: {
    '/etc/nmstate/a.yml':
      'interfaces:\n- name: eth0\n  ipv4:\n    address:\n    - ip: 10.9.9.9\n      prefix-length: 24\n',
    '/etc/nmstate/b.yml': `interfaces:\n- name: eth1\n  mac-address: ${goldenMac.toUpperCase()}\n`,
    '/etc/nmstate/dhcp.yml': 'interfaces:\n- name: eth1\n  ipv4:\n    dhcp: true\n    enabled: true\n',
  },
  'cloud-init': {
    '/etc/cloud/cloud.cfg.d/90-installer-network.cfg':
      '# by the installer\nnetwork:\n  version: 2\n  ethernets:\n    ens3:\n      addresses:\n      - 10.9.9.9/24\n\n      nameservers: {}\nssh_pwauth: true\n',
    '/var/lib/cloud/seed/nocloud/network-config': `version: 1\nconfig:\n- type: physical\n  mac_address: "${goldenMac}"\n  subnets:\n  - type: static\n    address: 10.9.9.9/24\n`,
    '/var/lib/cloud/seed/nocloud/user-data': '#cloud-config\n',
  },
  'names of cards': {
    '/etc/udev/rules.d/10-my.rules': `# cards\nSUBSYSTEM=="net", ACTION=="add", ATTR{address}=="${goldenMac}", \\\n NAME="lan0"\nSUBSYSTEM=="usb", MODE="0666"\n`,
    '/etc/udev/rules.d/70-persistent-net.rules': `SUBSYSTEM=="net", DRIVERS=="?*", ATTR{address}=="${goldenMac}", NAME="eth0"\n`,
    '/etc/iftab': `eth0 mac ${goldenMac} arp 1\n`,
  },
};
