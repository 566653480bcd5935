import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { probeNetwork } from './plan-network.ts';

it('says what stays of the golden client: keys, commands with addresses, and files that name its address', async () => {
  const { io } = recorderIo({
    files: {
      '/a/etc/network/interfaces': 'iface eth0 inet static\n\taddress 10.9.9.9/24\n\tgateway 10.9.9.1\n',
      '/a/etc/conf.d/net': 'config_eth0="10.9.9.6/24"\npostup() {\n\tip route add 10.8.0.0/16 via 10.9.9.1\n}\n',
      '/a/etc/wireguard/wg0.conf': '[Interface]\nPrivateKey=x\n',
      '/a/etc/NetworkManager/system-connections/wg': '[connection]\ntype=wireguard\n',
      '/a/etc/rc.local': '#!/bin/sh\n# ip addr add 1.2.3.4/8 dev eth0\nip -4 addr add 10.9.9.8/24 dev eth1\n',
      '/a/etc/rc.d/rc.local': 'ifconfig eth0 10.9.9.7 netmask 255.255.255.0\n',
      '/a/etc/frr/frr.conf': 'interface lo\n ip address 10.255.0.9/32\n',
      '/a/etc/local.d/net.start': 'ip a a 10.9.9.5/24 dev eth1\n',
      '/a/etc/network/if-up.d/route': 'ip route add default via "$IF_GATEWAY"\n',
      '/a/etc/keepalived/keepalived.conf': 'unicast_src_ip 10.9.9.9\n',
      '/a/etc/resolv.conf': 'nameserver 10.9.9.1\nnameserver 110.9.9.9\n',
    },
  });
  expect((await probeNetwork(inside(io, '/a'))).remarks).toEqual([
    'Keys of the golden client that other members of a network know it by; give this machine keys of its own:',
    '  /etc/wireguard/wg0.conf',
    '  /etc/NetworkManager/system-connections/wg',
    'Commands with addresses of their own; look whether the addresses are the golden client’s:',
    '  /etc/conf.d/net',
    '  /etc/frr/frr.conf',
    '  /etc/local.d/net.start',
    '  /etc/rc.d/rc.local',
    '  /etc/rc.local',
    'The golden client’s address (10.9.9.6, 10.9.9.9) is still in:',
    '  /etc/keepalived/keepalived.conf',
  ]);
});
