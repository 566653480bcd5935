import { expect, it } from 'vitest';
import { parseBlkid } from './blkid.ts';

it('reads blocks, takes the backslashes away, and leaves out what has no type', () => {
  const text =
    'DEVNAME=/dev/sda\nPTTYPE=gpt\n\nDEVNAME=/dev/sda1\nLABEL=a\\ \\"b\\\\c\\ \\$d\nUUID=217f-7101\nTYPE=ext4\n\n' +
    'DEVNAME=/dev/sda2\nVERSION=1\nTYPE=swap\n';
  expect(parseBlkid(text)).toEqual([
    { node: '/dev/sda1', type: 'ext4', uuid: '217f-7101', label: 'a "b\\c $d' },
    { node: '/dev/sda2', type: 'swap', uuid: '', label: '' },
  ]);
  expect(parseBlkid('')).toEqual([]);
});
