import { describe, expect, it } from 'vitest';
import { parseDisk, readWish, type VmOptions } from './wish.ts';

const plain: VmOptions = { medium: 'pxe', bus: 'virtio', sector: '512', memory: '1G', cpus: '1', arch: 'amd64' };
const wishOf = (options: Partial<VmOptions> = {}, host: string | undefined = 'web1') =>
  readWish(host, { ...plain, ...options }, true);
const gib = 1024 ** 3;

describe('parseDisk', () => {
  it.each([
    ['8G', { kind: 'blank', sizeBytes: 8 * gib }],
    ['512M', { kind: 'blank', sizeBytes: gib / 2 }],
    ['/d/web1.qcow2', { kind: 'file', file: '/d/web1.qcow2', format: 'qcow2' }],
    ['/d/web1.qcow2:8G', { kind: 'file', file: '/d/web1.qcow2', format: 'qcow2', sizeBytes: 8 * gib }],
    ['/d/a:b/web1.img:1GiB', { kind: 'file', file: '/d/a:b/web1.img', format: 'raw', sizeBytes: gib }],
    ['/dev/sdb', { kind: 'file', file: '/dev/sdb', format: 'raw' }],
  ])('reads %s', (text, disk) => {
    expect(parseDisk(text)).toEqual(disk);
  });
  it.each([
    ['web1', 'neither a size nor a file'],
    ['2048', 'neither a size nor a file'],
    ['web1.qcow2:big', 'neither a size nor a file'],
    ['0G', 'less than 1 MiB'],
    ['web1.raw:1K', 'less than 1 MiB'],
  ])('refuses %s', (text, words) => {
    expect(() => parseDisk(text)).toThrow(words);
  });
});

describe('readWish', () => {
  it('gives a host a blank disk of 8 GiB, and the network', () => {
    expect(wishOf()).toMatchObject({
      host: 'web1',
      medium: { kind: 'pxe' },
      firmware: 'bios',
      disks: [{ kind: 'blank', sizeBytes: 8 * gib }],
      memoryMb: 1024,
    });
  });
  it('gives an arm64 machine UEFI', () => {
    expect(wishOf({ arch: 'arm64' }).firmware).toBe('uefi');
  });
  it('lets only this computer look at a screen without an address', () => {
    expect(wishOf({ vnc: ':1' }).screen).toEqual({ kind: 'vnc', at: '127.0.0.1:1' });
    expect(wishOf({ vnc: '0.0.0.0:1' }).screen).toEqual({ kind: 'vnc', at: '0.0.0.0:1' });
  });
  it.each<[Partial<VmOptions>, string]>([
    [{ sector: '4096', bus: 'sata' }, 'no SATA disk with sectors of 4096'],
    [{ arch: 'arm64', firmware: 'bios' }, 'no BIOS'],
    [{ arch: 'arm64', medium: 'floppy=/f' }, 'no floppy drive'],
    [{ medium: 'disk' }, 'no --disk names a file'],
    [{ medium: 'disk', disk: ['8G'] }, 'no --disk names a file'],
    [{ medium: 'cd' }, '--medium cd names no file'],
    [{ memory: '64M' }, 'at least 128M'],
    [{ memory: 'much' }, 'at least 128M'],
    [{ cpus: '0' }, 'no number of processors'],
    [{ vnc: '5901' }, 'no display'],
    [{ vnc: ':1', window: true }, 'exclude each other'],
    [{ arch: 'i386' }, '--arch i386'],
  ])('refuses %j', (options, words) => {
    expect(() => wishOf(options)).toThrow(words);
  });
  it('needs a terminal, a file or a screen for the console', () => {
    expect(() => readWish('web1', plain, false)).toThrow('needs a terminal');
    expect(readWish('web1', { ...plain, console: '/c' }, false).console).toEqual({ kind: 'file', file: '/c' });
    expect(readWish('web1', { ...plain, vnc: ':1' }, false).console).toEqual({ kind: 'none' });
    expect(readWish('web1', { ...plain, dryRun: true }, false).console).toEqual({ kind: 'terminal' });
  });
  it('refuses to boot nobody from the network', () => {
    expect(() => readWish(undefined, plain, true)).toThrow('no machine is named');
  });
});
