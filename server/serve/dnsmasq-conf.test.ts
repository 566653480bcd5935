import { expect, it } from 'vitest';
import { serverPaths } from '../config/paths.ts';
import { parseServerConfig } from '../config/server-toml.ts';
import type { IpxeFile } from '../../common/boot/firmware-files.ts';
import { type DhcpMode, dhcpHosts, dhcpRange, dnsmasqConf } from './dnsmasq-conf.ts';

const card = { card: 'br0', address: '10.77.0.1', prefixLength: 24, mac: '52:54:00:00:00:01' };
const conf = (mode: DhcpMode, toml = '', ipxe: IpxeFile[] = ['undionly.kpxe', 'snponly.efi'], proxiesHttp = true) =>
  dnsmasqConf({
    mode,
    card,
    paths: serverPaths('/'),
    config: parseServerConfig(toml, 'server.toml'),
    httpPort: 8181,
    ipxe,
    user: 'nobody',
    proxiesHttp,
  });

it.each<[string, number, [string, string] | undefined, string, string]>([
  ['10.77.0.1', 24, undefined, '10.77.0.128', '10.77.0.254'],
  ['10.77.0.1', 29, undefined, '10.77.0.4', '10.77.0.6'],
  ['10.77.0.1', 24, ['10.77.0.50', '10.77.0.60'], '10.77.0.50', '10.77.0.60'],
])('on %s/%i with %j it hands out %s to %s', (address, prefixLength, wished, first, last) => {
  expect(dhcpRange({ ...card, address, prefixLength }, wished)).toEqual({ first, last });
});
it.each<[number, [string, string] | undefined, string]>([
  [24, ['10.78.0.50', '10.78.0.60'], 'does not lie in the subnet'],
  [24, ['10.77.0.60', '10.77.0.50'], 'does not lie in the subnet'],
  [30, undefined, 'no room'],
])('refuses /%i with %j: %s', (prefixLength, wished, words) => {
  expect(() => dhcpRange({ ...card, prefixLength }, wished)).toThrow(words);
});

it('hands out addresses, the image server, and the boot file for each firmware', async () => {
  const text = await conf('server');
  expect(text).toContain('\ninterface=br0\n');
  expect(text).toContain('\ndhcp-range=10.77.0.128,10.77.0.254,255.255.255.0,43200\n');
  expect(text).toContain('\ndhcp-option=224,"10.77.0.1"\n');
  expect(text).toContain('\ndhcp-option=option:router\n');
  expect(text).toContain('\ndhcp-boot=tag:ipxe,http://10.77.0.1:8181/boot.ipxe,,10.77.0.1\n');
  expect(text).toContain('\ndhcp-boot=tag:!ipxe,tag:efi64,snponly.efi,,10.77.0.1\n');
  expect(text).toContain('\ndhcp-boot=tag:!ipxe,tag:http64,http://10.77.0.1:8181/ipxe/snponly.efi\n');
});
it('boots arm64 machines by iPXE where it has iPXE for them, else by shim and grub', async () => {
  const without = await conf('server');
  expect(without).toContain('\ndhcp-boot=tag:!ipxe,tag:arm64,shimaa64.efi,,10.77.0.1\n');
  expect(without).not.toContain('httparm64');
  const ipxe: IpxeFile[] = ['undionly.kpxe', 'snponly.efi', 'ipxe-arm64.efi'];
  const text = await conf('server', '', ipxe);
  expect(text).toContain('\ndhcp-match=set:arm64,option:client-arch,11\n');
  expect(text).toContain('\ndhcp-boot=tag:!ipxe,tag:arm64,ipxe-arm64.efi,,10.77.0.1\n');
  expect(text).toContain('\ndhcp-boot=tag:!ipxe,tag:httparm64,http://10.77.0.1:8181/ipxe/ipxe-arm64.efi\n');
  expect(await conf('proxy', '', ipxe)).toContain('\npxe-service=tag:!ipxe,ARM64_EFI,"SystemImager",ipxe-arm64.efi\n');
});
it('hands out the router, DNS servers and domain of server.toml', async () => {
  const text = await conf('server', '[dhcp]\nrouter = "10.77.0.254"\ndns = ["1.1.1.1", "9.9.9.9"]\ndomain = "x.org"');
  expect(text).toContain('\ndhcp-option=option:router,10.77.0.254\n');
  expect(text).toContain('\ndhcp-option=option:dns-server,1.1.1.1,9.9.9.9\n');
  expect(text).toContain('\ndomain=x.org\n');
});
it('adds only boot files beside another DHCP server', async () => {
  const text = await conf('proxy');
  expect(text).toContain('\ndhcp-range=10.77.0.0,proxy,255.255.255.0\n');
  expect(text).not.toContain('leasefile');
  expect(text).toContain('pxe-service=tag:!ipxe,x86PC,"SystemImager",undionly.kpxe');
});
it('answers firmware that boots by HTTP beside another DHCP server, with the vendor class of the firmware', async () => {
  const text = await conf('proxy');
  expect(text).toContain('\ndhcp-pxe-vendor=PXEClient,HTTPClient\n');
  expect(text).toContain('\ndhcp-boot=tag:!ipxe,tag:http64,http://10.77.0.1:8181/ipxe/snponly.efi\n');
  expect(text).not.toContain('option:vendor-class');
  const secure = await conf('proxy', '[dhcp]\nsecure_boot = true');
  expect(secure).toContain('\ndhcp-boot=tag:!ipxe,tag:http64,http://10.77.0.1:8181/iso/boel.iso\n');
  // By TFTP, shim and grub would look for their files on the other server.
  expect(secure).toContain('\npxe-service=tag:!ipxe,X86-64_EFI,"SystemImager",snponly.efi\n');
  expect(secure).not.toContain('shim');
  expect(await conf('proxy', '', ['undionly.kpxe'], false)).not.toContain('dhcp-pxe-vendor');
});
it('leaves DHCP to another server on the same machine, and offers TFTP', async () => {
  const text = await conf('none');
  expect(text).toContain('\nenable-tftp=br0\n');
  expect(text).not.toMatch(/^(dhcp|pxe)-/m);
});
it('gives known machines their address and name', () => {
  const machines = [
    { host: 'demo1', mac: '52:54:00:00:00:11', ip: '10.77.0.11' },
    { host: 'demo2', mac: '52:54:00:00:00:12' },
    { host: 'demo3', ip: '10.77.0.13' },
  ];
  expect(dhcpHosts(machines)).toBe('52:54:00:00:00:11,10.77.0.11,demo1\n52:54:00:00:00:12,demo2\n');
});
