import { expect, it } from 'vitest';
import { fnmatch } from './fnmatch.ts';

it.each([
  ['pci:v00008086d*sv*sd*bc01sc06i01*', 'pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01', true],
  ['pci:v*d*sv*sd*bc01sc06i01*', 'pci:v00008086d00002922sv00001AF4sd00001100bc01sc08i02', false],
  ['scsi:t-0x00*', 'scsi:t-0x00', true],
  ['usb:v*p*d*dc*dsc*dp*ic08isc[0-5]ip50in*', 'usb:v1p2d3dc0dsc0dp0ic08isc05ip50in00', false],
  ['virtio:d00000002v*', 'virtio:d00000002v00001AF4', true],
  ['of:N*T*Cvendor,a.b', 'of:NxTyCvendor,aXb', false],
  ['a*b*c', 'aXbXbXc', true],
  ['a*b?[!x]', 'aXbbyz', true],
  ['a*b?[!x]', 'aXbbyx', false],
  ['a*', 'a', true],
  ['a?', 'a', false],
  ['*.cfg', 'eth0.cfg', true],
  ['*.cfg', 'eth0.cfg.bak', false],
  ['{a,b}', 'a', false],
])('%s fits %s: %s', (pattern, text, expected) => {
  expect(fnmatch(pattern, text)).toBe(expected);
});

it('compares in little time, however many stars a pattern has', () => {
  expect(fnmatch(`a${'*a'.repeat(40)}b`, 'a'.repeat(500))).toBe(false);
});
