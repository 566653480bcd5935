import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { networkSources } from './index.ts';

/** What a source leaves of one file; undefined where the file goes. */
async function left(source: string, path: string, text: string): Promise<string | undefined> {
  const { io } = recorderIo({ files: { [`/a${path}`]: text } });
  const found = await networkSources.find(({ name }) => name === source)?.find(inside(io, '/a'), false);
  const golden = found?.find((one) => one.path === path);
  return golden ? golden.left : text;
}

const interfaces = '/etc/network/interfaces';
const nm = '/etc/NetworkManager/system-connections/x';
const unit = '/etc/systemd/network/x.network';
const ifcfg = '/etc/sysconfig/network-scripts/ifcfg-x';

it.each([
  ['ifupdown', interfaces, 'auto lo\niface lo inet loopback\n'],
  ['ifupdown', interfaces, '# note\nauto wlan0\niface wlan0 inet dhcp\n\twpa-psk secret\n'],
  ['ifupdown', interfaces, 'auto dsl\niface dsl inet ppp\n\tprovider dsl\n'],
  ['ifupdown', interfaces, 'auto wg0\niface wg0 inet static\n\taddress 10.8.0.2/24\n'],
  ['NetworkManager', nm, '[connection]\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=auto\ndns=10.0.0.2;\n'],
  [
    'NetworkManager',
    nm,
    '[connection]\ntype=wifi\n[wifi]\nssid=site\ncloned-mac-address=random\n[ipv4]\ndhcp-client-id=mac\nroute-metric=5\n',
  ],
  [
    'NetworkManager',
    nm,
    '[connection]\ntype=bridge\ninterface-name=virbr0\n[ipv4]\naddress1=192.168.122.1/24\nmethod=manual\n',
  ],
  ['NetworkManager', `${nm}~`, '[connection]\ntype=ethernet\n[ipv4]\naddress1=10.9.9.9/24\n'],
  ['systemd-networkd', unit, '[Match]\nName=en*\n[Network]\nDHCP=yes\nDNS=10.0.0.2\n[DHCPv4]\nClientIdentifier=mac\n'],
  ['systemd-networkd', unit, '[Match]\nName=vt-*\n[Network]\nAddress=0.0.0.0/28\n'],
  ['systemd-networkd', unit, '[Match]\nName=en*\n[Network]\nAddress=\nDHCP=yes\n'],
  [
    'systemd-networkd',
    '/etc/systemd/network/99-default.link',
    '[Match]\nOriginalName=*\n[Link]\nMACAddressPolicy=persistent\n',
  ],
  ['systemd-networkd', '/etc/systemd/network/x.network.bak', '[Match]\nName=en*\n[Network]\nAddress=10.9.9.9/24\n'],
  ['ifcfg of Red Hat', ifcfg, 'DEVICE=eth2\nBOOTPROTO=dhcp\nIPADDR=\nVLAN=no\n'],
  ['ifcfg of Red Hat', '/etc/sysconfig/network-scripts/keys-site', 'WPA_PSK=secret\n'],
  ['ifcfg of Red Hat', ifcfg, 'DEVICE=wg0\nIPADDR=10.8.0.2\n'],
  ['ifcfg of Red Hat', `${ifcfg}.rpmsave`, 'IPADDR=10.9.9.9\n'],
  ['dhcpcd', '/etc/dhcpcd.conf', 'hostname\nduid\nstatic domain_name_servers=10.0.0.2\ninterface eth0\nmetric 9\n'],
  [
    'dhclient',
    '/etc/dhcp/dhclient.conf',
    '# lease {\nsend host-name = gethostname();\nsupersede domain-name "x; y";\n',
  ],
  ['netifrc', '/etc/conf.d/net.eth0', 'config_eth0="dhcp"\n'],
  ['nmstate', '/etc/nmstate/a.applied', 'ip: 10.9.9.9\n'],
  ['cloud-init', '/etc/cloud/cloud.cfg.d/x.cfg', 'network: {config: disabled}\nusers: []\n'],
  [
    'names of cards',
    '/etc/udev/rules.d/60-net.rules',
    'SUBSYSTEM=="net", DRIVERS=="?*", PROGRAM="/lib/udev/rename_device"\n',
  ],
])('%s leaves %s where it says %j', async (source, path, text) => {
  expect(await left(source, path, text)).toBe(text);
});

it.each([
  ['systemd-networkd', unit, '[Match]\nName=lo\n[Network]\nAddress=10.255.0.9/32\n'],
  ['NetworkManager', nm, '[connection]\ntype=loopback\ninterface-name=lo\n[ipv4]\naddress1=10.255.0.9/32\n'],
])('%s has the golden client’s address on the loopback taken away', async (source, path, text) => {
  expect(await left(source, path, text)).toBeUndefined();
  const own = text.replace('10.255.0.9/32', '127.0.0.2/8');
  expect(await left(source, path, own)).toBe(own);
});

it.each([
  [
    'ifupdown',
    interfaces,
    '# top\nauto lo eth0 wlan0\niface lo inet loopback\n\tup ip route add 10.9.9.0/24 via 10.9.9.1\n\n# first\niface eth0 inet static\n  address 10.9.9.9/24 # \\\n  more\n# wireless\niface wlan0 inet dhcp\nauto br0\niface br0 inet dhcp\n\tbridge_ports eth0\nmapping eth1\n\tscript x\n',
    '# top\nauto lo wlan0\niface lo inet loopback\n\n# first\n# wireless\niface wlan0 inet dhcp\n',
  ],
  [
    'dhclient',
    '/etc/dhclient-eth0.conf',
    'send dhcp-client-identifier "golden"; # me\nrequest routers;\ninterface "eth0" {\n  send host-name "golden";\n  timeout 60;\n}\nalias { interface "eth0"; fixed-address 10.9.9.8; }\n',
    ' # me\nrequest routers;\ninterface "eth0" {\n  timeout 60;\n}\n',
  ],
  [
    'cloud-init',
    '/etc/cloud/cloud.cfg.d/50.cfg',
    '# note\nnetwork:\n  version: 1\n  config:\n  - subnets:\n    - address: 10.9.9.9/24\n\nusers: []\n',
    '# note\nusers: []\n',
  ],
  [
    'ifcfg of Red Hat',
    '/etc/sysconfig/network',
    'NETWORKING=yes\nGATEWAY=10.9.9.1\nIPV6_DEFAULTGW=fd99::1\nNISDOMAIN=x\n',
    'NETWORKING=yes\nNISDOMAIN=x\n',
  ],
  [
    'NetworkManager',
    '/etc/NetworkManager/NetworkManager.conf',
    '[main]\nplugins=keyfile\n[keyfile]\nhostname=golden\n',
    '[main]\nplugins=keyfile\n[keyfile]\n',
  ],
  [
    'systemd-networkd',
    '/etc/systemd/networkd.conf',
    '[DHCP]\nDUIDType=vendor\nDUIDRawData=00:00:ab:11\n',
    '[DHCP]\nDUIDType=vendor\n',
  ],
])('%s leaves of %s what is not the golden client’s', async (source, path, text, kept) => {
  expect(await left(source, path, text)).toBe(kept);
});

it.each([
  ['NetworkManager', nm, '[connection]\ntype=ethernet\n[ipv4]\nmethod=auto\ndhcp-client-id=golden\n'],
  [
    'NetworkManager',
    nm,
    '[connection]\ntype=ethernet\n[ethernet]\nmac-address=82;84;0;18;52;86;\n[ipv4]\nmethod=auto\n',
  ],
  ['NetworkManager', nm, '[connection]\ntype=vlan\n[vlan]\nid=5\nparent=eth0\n[ipv4]\nmethod=auto\n'],
  ['systemd-networkd', unit, '[Match]\nName=en*\n[Network]\nDHCP=yes\nBond=bond0\n'],
  ['systemd-networkd', unit, '[Match]\nName=en*\n[Network]\nDHCP=yes\n[DHCPv4]\nIAID=5\n'],
  ['ifcfg of Red Hat', ifcfg, 'DEVICE=br0\nTYPE=Bridge\nBOOTPROTO=dhcp\n'],
  ['ifcfg of Red Hat', ifcfg, 'DEVICE=eth0\nexport IPV6ADDR=fd99::9/64\n'],
  [
    'names of cards',
    '/etc/udev/rules.d/70-systemimager-net.rules',
    'SUBSYSTEM=="net", ATTR{address}=="52:54:00:99:99:99", NAME="boot0"\n',
  ],
])('%s takes %s away where it says %j', async (source, path, text) => {
  expect(await left(source, path, text)).toBeUndefined();
});
