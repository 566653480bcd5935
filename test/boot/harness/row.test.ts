import { expect, it } from 'vitest';
import { folderOf } from './row.ts';

it.each([
  ['PXE, BIOS: one ext4 disk', 'pxe-bios-one-ext4-disk'],
  ['(no DHCP)', 'no-dhcp'],
])('%s keeps its logs in %s', (name, folder) => {
  expect(folderOf(name)).toBe(folder);
});
