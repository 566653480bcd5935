import { expect, it } from 'vitest';
import { moduleName, parseModuleList, selectModules } from './patterns.ts';

const paths = [
  'drivers/net/ethernet/intel/e1000/e1000',
  'drivers/net/virtio_net',
  'drivers/ata/ahci',
  'drivers/ata/pata_legacy',
];

it.each([
  ['drivers/net/**', ['drivers/net/ethernet/intel/e1000/e1000', 'drivers/net/virtio_net']],
  ['drivers/net/*', ['drivers/net/virtio_net']],
  ['drivers/ata/**\n!drivers/ata/pata_legacy # pokes', ['drivers/ata/ahci']],
  ['drivers/ata/{ahci,piix}', ['drivers/ata/ahci']],
  ['# drivers/ata/**\n\n', []],
])('%j selects %j', (text, selected) => {
  expect(selectModules(parseModuleList('x', text), paths)).toEqual(selected);
});

it.each([
  ['drivers/block/loop.ko', 'loop'],
  ['fs/nls/nls_iso8859-1.ko.xz', 'nls_iso8859_1'],
  ['dm-mod', 'dm_mod'],
])('%s is the module %s', (at, name) => expect(moduleName(at)).toBe(name));
