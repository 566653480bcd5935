import { expect, it } from 'vitest';
import { checkOptions, lackingOptions, unnamedDrivers } from './options.ts';

const check = (config: string, needed: string[], hasModules = false) =>
  checkOptions({ version: '6.12.9', config, hasModules }, needed);
const initrd = 'CONFIG_BLK_DEV_INITRD=y\n';

it('takes what is built in, and modules where there are some', () => {
  expect(() => check(`${initrd}CONFIG_EXT4_FS=y\n`, ['EXT4_FS'])).not.toThrow();
  expect(() => check(`${initrd}CONFIG_EXT4_FS=m\n`, ['EXT4_FS'], true)).not.toThrow();
});
it.each([
  ['# CONFIG_BLK_DEV_INITRD is not set\nCONFIG_EXT4_FS=y\n', 'the kernel 6.12.9 cannot start from an initrd'],
  [`${initrd}# CONFIG_EXT4_FS is not set\n`, 'the kernel 6.12.9 was compiled without CONFIG_EXT4_FS, which BOEL needs'],
  [initrd, 'the kernel 6.12.9 was compiled without CONFIG_EXT4_FS, which BOEL needs'],
  [`${initrd}CONFIG_EXT4_FS=m\n`, 'has CONFIG_EXT4_FS as modules, and this build has none of its modules'],
])('refuses a kernel with %j', (config, words) => {
  expect(() => check(config, ['EXT4_FS'])).toThrow(words);
});
it('names what a kernel lacks, also as a module without modules', () => {
  const config = 'CONFIG_SQUASHFS=m\nCONFIG_SQUASHFS_ZSTD=y\n';
  const lacking = (hasModules: boolean) =>
    lackingOptions({ version: '6', config, hasModules }, ['BLK_DEV_LOOP', 'SQUASHFS', 'SQUASHFS_ZSTD']);
  expect([lacking(true), lacking(false)]).toEqual([['BLK_DEV_LOOP'], ['BLK_DEV_LOOP', 'SQUASHFS']]);
});
it('knows a built-in driver that modules.builtin does not name', () => {
  expect([unnamedDrivers('CONFIG_BLK_DEV_FD=y\n'), unnamedDrivers('CONFIG_BLK_DEV_FD=m\n')]).toEqual([['floppy'], []]);
});
