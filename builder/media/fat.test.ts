import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roomBytes } from './fat.ts';

it('gives a FAT room for its files in whole clusters, whatever clusters mformat takes', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 5e9 }), { maxLength: 50 });
  const clusters = fc.integer({ min: 0, max: 7 });
  fc.assert(
    fc.property(sizes, clusters, fc.constantFrom(512, 4096), (files, power, sectorBytes) => {
      const cluster = 2 ** power * sectorBytes;
      const held = files.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / cluster)) * cluster, 0);
      expect(roomBytes(files, sectorBytes)).toBeGreaterThan(held + files.length * 100);
    }),
  );
});
