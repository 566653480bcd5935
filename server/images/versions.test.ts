import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earlierVersion, nextVersion, oldVersions, versionsOf } from './versions.ts';

const images = [
  'web',
  'web_v10',
  'web_v2',
  'web_v1',
  'web_v2.old',
  'web7',
  'webshop_v1',
  'db1',
  'db02',
  'a.b_v1',
  'aXb_v2',
];

describe('versions', () => {
  it.each([
    ['web', ['web_v1', 'web_v2', 'web_v10']],
    ['db', ['db1', 'db02']],
    ['a.b', ['a.b_v1']],
    ['nothing', []],
  ])('of %s are %j, by their numbers', (base, versions) => expect(versionsOf(images, base)).toEqual(versions));

  it.each([
    ['web_v3', 'web_v2'],
    ['web_v2', 'web_v1'],
    ['web_v11', 'web_v10'],
    ['web_v1', 'web'],
    ['db3', 'db02'],
    ['webshop_v1', undefined],
    ['a.b_v1', undefined],
    ['web', undefined],
  ])('before %s comes %j', (image, before) => expect(earlierVersion(images, image)).toBe(before));

  it('come one after the other', () => {
    const name = fc.stringMatching(/^[a-z][a-z_.]{0,5}\d{0,3}$/);
    const holds = fc.property(name, (image) => earlierVersion([image], nextVersion(image)) === image);
    expect(() => fc.assert(holds)).not.toThrow();
  });

  it('that are newest stay', () => {
    expect(oldVersions(images, 'web', 1)).toEqual(['web_v1', 'web_v2']);
    expect(oldVersions(images, 'web', 3)).toEqual([]);
    expect(oldVersions(images, 'web', 9)).toEqual([]);
    expect(() => oldVersions(images, 'shop', 1)).toThrow('there are no versions of "shop"');
  });

  it('are never fewer than asked for', () => {
    const numbers = fc.uniqueArray(fc.nat(1000), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 1000 }), (all, keep) => {
        const names = all.map((one) => `web_v${one}`);
        const old = oldVersions(names, 'web', keep);
        const left = names.filter((name) => !old.includes(name));
        expect(left.length).toBe(Math.min(keep, names.length));
        expect(left).toContain(`web_v${Math.max(...all)}`);
      }),
    );
  });
});
