import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manualLayout } from '../../../test/helpers/manual-layout.ts';
import type { Layout } from '../layout.ts';
import { parseLayout } from './parse.ts';
import { printLayout } from './print.ts';

const GiB = 1024 ** 3;

/** A layout without its line numbers. */
const plain = (layout: Layout) =>
  JSON.parse(JSON.stringify(layout, (key, value) => (key === 'line' ? 0 : value))) as Layout;

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((one) => !/[\0\r\n]/.test(one) && one.isWellFormed());
const sectors = fc.integer({ min: 1, max: 2 ** 32 }).map((one) => one * 512);
const optional = <K extends string, T>(key: K, arbitrary: fc.Arbitrary<T>) =>
  fc
    .option(arbitrary, { nil: undefined })
    .map((value) => (value === undefined ? {} : { [key]: value })) as fc.Arbitrary<Partial<Record<K, T>>>;
/** A name has at most 36 UTF-16 units; a grapheme may be several. */
const partName = text.filter((one) => one.length <= 36);
const part = fc
  .tuple(
    sectors,
    optional('startBytes', sectors),
    optional('name', partName),
    optional('attrs', fc.constant('GUID:63')),
    fc.boolean(),
  )
  .map(([sizeBytes, start, name, attrs, keep]) => ({
    line: 0,
    number: 0,
    ...start,
    sizeBytes,
    minBytes: 0,
    type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
    ...name,
    ...attrs,
    bootable: false,
    keep,
  }));

it('what is printed is read as the same layout', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 5, maxLength: 8 }), text, (parts, label) => {
      const layout: Layout = {
        disks: [
          {
            line: 0,
            name: '/dev/sda',
            label: 'gpt',
            labelId: '64B055BC-F218-5F41-B576-832C96D5D74A',
            match: { serial: 'S1', sizeBytes: 1000 },
            parts: parts.map((one, at) => ({
              ...one,
              number: at + 1,
              // Behind each other, whatever their sizes are, and members of arrays are not kept.
              ...(one.startBytes === undefined ? {} : { startBytes: one.startBytes + at * 2 ** 43 }),
              keep: one.keep && at > 4,
            })),
          },
        ],
        raids: [
          {
            line: 0,
            name: '/dev/md0',
            level: 10,
            devices: ['/dev/sda1', '/dev/sda2'],
            spares: ['/dev/sda3'],
            metadata: '1.0',
            chunkBytes: 64 * 1024,
            copies: 'f2',
            uuid: '00000000:11111111:22222222:33333333',
          },
          { line: 0, name: '/dev/md/x', level: 'linear', devices: ['/dev/sda4', '/dev/sda5'], metadata: '1.2' },
        ],
        groups: [
          {
            line: 0,
            name: 'vg',
            devices: ['/dev/md0'],
            volumes: [
              { line: 0, name: 'a-b', sizeBytes: GiB },
              { line: 0, name: 'r' },
            ],
          },
        ],
        filesystems: [
          {
            line: 0,
            device: '/dev/vg/a-b',
            type: 'btrfs',
            label,
            options: { features: '^a,b' },
            subvolumes: ['@', 'my data/#1'],
          },
        ],
        mounts: [
          {
            line: 0,
            spec: '/dev/vg/a-b',
            device: '/dev/vg/a-b',
            dir: '/a b\\#',
            type: 'btrfs',
            options: 'defaults',
            freq: 0,
            passno: 0,
          },
        ],
        swapFiles: [{ line: 0, path: '/a b\\#/swap', sizeBytes: 3 * 2 ** 20 }],
      };
      expect(plain(parseLayout(printLayout(layout)))).toEqual(plain(layout));
    }),
  );
});

it('the layout of the manual survives printing', () => {
  const layout = parseLayout(manualLayout);
  expect(plain(parseLayout(printLayout(layout)))).toEqual(plain(layout));
});
