import { describe, expect, it } from 'vitest';
import { printSteps } from '../common/system/apply.ts';
import { serverPaths } from '../server/config/paths.ts';
import { parseServerConfig } from '../server/config/server-toml.ts';
import type { VmFacts } from './facts.ts';
import { planVm } from './plan.ts';
import { readWish, type VmOptions } from './wish.ts';

const mac = '52:54:00:00:00:01';
const plain: VmOptions = { medium: 'pxe', bus: 'virtio', sector: '512', memory: '1G', cpus: '1', arch: 'amd64' };
const facts: VmFacts = {
  paths: serverPaths('/'),
  config: parseServerConfig('', ''),
  who: { host: 'web1', domain: 'example.org', mac, isMacMade: false },
  medium: { kind: 'pxe' },
  disks: [{ kind: 'blank', sizeBytes: 8 * 1024 ** 3, isNew: true }],
  hasVars: false,
  accel: { flags: ['-accel', 'tcg'] },
  boot: { boot: 'install', why: 'web1 has not been installed yet' },
  knows: async () => ({
    netboot: { version: 1, machines: {} },
    hosts: [{ host: 'web1', mac }],
    unknown: 'install',
  }),
};
const planOf = (options: Partial<VmOptions> = {}, found: Partial<VmFacts> = {}, tap?: string) =>
  planVm(readWish('web1', { ...plain, ...options }, true), { ...facts, ...found }, { folder: '/t', tap });
const textOf = async (...all: Parameters<typeof planOf>) => printSteps((await planOf(...all)).steps);

const kept = { kind: 'file', file: '/d/web1.qcow2', format: 'qcow2' } as const;

describe('planVm', () => {
  it('makes a blank disk, and has iPXE of the card ask the image server', async () => {
    const text = await textOf();
    expect(text).toContain('qemu-img create -q -f qcow2 /t/disk0.qcow2 8589934592');
    expect(text).toContain(
      'user,id=net0,ipv6=off,hostname=web1,domainname=example.org,bootfile=http://10.0.2.2:8181/boot.ipxe',
    );
    expect(text).toContain(`virtio-net-pci,netdev=net0,mac=${mac},bootindex=1`);
    expect(text).toContain(
      "stdio,id=con,mux=on,signal=off -serial chardev:con -mon 'chardev=con,mode=readline'".replaceAll("'", ''),
    );
  });
  it('gives UEFI shim and grub by TFTP, with the address of QEMU’s own network', async () => {
    const { steps, grub } = await planOf({ firmware: 'secure' });
    const text = printSteps(steps);
    expect(text).toContain('tftp=/t/tftp,bootfile=shimx64.efi');
    expect(text).toContain('ln -sfn /var/lib/systemimager/boot /t/tftp/boot');
    expect(text).toContain('cp /usr/share/OVMF/OVMF_VARS_4M.ms.fd /t/uefi-vars.fd');
    expect(grub?.get(`${mac}.cfg`)).toContain('systemimager.default.IMAGESERVER=10.0.2.2');
  });
  it('keeps the variables of the UEFI beside a disk that stays, and does not make them again', async () => {
    const disks = [{ ...kept, isNew: false }];
    const first = await textOf({ firmware: 'uefi', medium: 'disk', disk: ['/d/web1.qcow2'] }, { disks });
    expect(first).toContain('cp /usr/share/OVMF/OVMF_VARS_4M.fd /d/web1.qcow2.uefi-vars.fd');
    expect(first).not.toContain('qemu-img create');
    const again = await textOf({ firmware: 'uefi', medium: 'disk', disk: ['/d/web1.qcow2'] }, { disks, hasVars: true });
    expect(again).not.toContain('cp /usr/share');
    expect(again).toContain('unit=1,file=/d/web1.qcow2.uefi-vars.fd');
    expect(again).toContain('format=qcow2,cache=writeback,discard=unmap,file=/d/web1.qcow2');
  });
  it('starts a stick before the disks, writes nothing on the stick, and takes it out at the next start', async () => {
    const found = { medium: { kind: 'usb', file: '/m/boel.iso' } as const };
    const { steps, takeOut } = await planOf({ medium: 'usb=/m/boel.iso' }, found);
    expect(printSteps(steps)).toMatch(
      /snapshot=on,file=\/m\/boel.iso .*id=stick,bootindex=1 .*drive=disk1,bootindex=2/,
    );
    expect(takeOut).toEqual({ socket: '/t/qmp', command: { execute: 'device_del', arguments: { id: 'stick' } } });
  });
  it('takes a CD out, and leaves a floppy, which asks the image server', async () => {
    const cd = await planOf({ medium: 'cd=/m/boel.iso' }, { medium: { kind: 'cd', file: '/m/boel.iso' } });
    expect(cd.takeOut?.command.execute).toBe('eject');
    const floppy = await planOf({ medium: 'floppy=/m/f' }, { medium: { kind: 'floppy', file: '/m/f' } });
    expect(floppy.takeOut).toBeUndefined();
  });
  it('plugs the machine into a bridge, whose DHCP server says what boots', async () => {
    const text = await textOf({ bridge: 'br0', firmware: 'uefi' }, {}, 'sivm7');
    expect(text).toContain('ip link set sivm7 master br0 up');
    expect(text).toContain('tap,id=net0,ifname=sivm7,script=no,downscript=no');
    expect(text).not.toContain('bootfile');
  });
});
