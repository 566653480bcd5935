import { expect, it } from 'vitest';
import { checkKconfig, mergeKconfig, parseKconfig } from './kconfig.ts';

it('puts wished values in place of those that were there', () => {
  const wished = parseKconfig('# shell\nCONFIG_ASH=y\nCONFIG_LEN=1024\nCONFIG_TOP=n\n');
  const merged = mergeKconfig('# CONFIG_ASH is not set\nCONFIG_LEN=0\nCONFIG_TOP=y\nCONFIG_CAT=y\n', wished);
  expect(Object.fromEntries(parseKconfig(merged))).toEqual({ ASH: 'y', LEN: '1024', TOP: 'n', CAT: 'y' });
});

it('names the lines that do not hold', () => {
  const wished = parseKconfig('CONFIG_ASH=y\nCONFIG_NEW=y\nCONFIG_GONE=n\n');
  expect(() => checkKconfig('CONFIG_ASH=y\n', wished, 'busybox-config/')).toThrow('CONFIG_NEW=y');
});
