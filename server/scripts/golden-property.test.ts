import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { printLayout } from '../../common/model/layout/print.ts';
import { isExtended, type Layout, partName } from '../../common/model/layout.ts';
import { planLayout } from '../../install/layout/plan-layout.ts';
import { parseScheme } from './golden.ts';
import { goldenLayout } from './golden-layout.ts';

const MiB = 1024 ** 2;
const linux = { gpt: '0FC63DAF-8483-4772-8E79-3D69D8477DE4', dos: '83' };
const other = { gpt: 'DE94BBA4-06D1-4D40-A16A-BFD50179D6AC', dos: '7' };

/** Gap before, size and type of each partition, in units: whole MiB or odd sectors, as tools of all ages leave them. */
const table = fc.record({
  label: fc.constantFrom('gpt' as const, 'dos' as const),
  sectorBytes: fc.constantFrom(512, 4096),
  isAligned: fc.boolean(),
  numbers: fc.shuffledSubarray([1, 2, 3, 4], { minLength: 1 }),
  parts: fc.array(fc.record({ gap: fc.nat(3), size: fc.integer({ min: 2, max: 40_000 }), isLinux: fc.boolean() }), {
    minLength: 4,
    maxLength: 4,
  }),
  logicals: fc.array(fc.record({ gap: fc.nat(3), size: fc.integer({ min: 2, max: 9000 }) }), { maxLength: 6 }),
  /** What is left at the end of the disk, in sectors. */
  behind: fc.nat(5000),
});

/** What `sfdisk --dump` would print, and the bytes of the disk. */
function dumpOf({
  label,
  sectorBytes,
  isAligned,
  numbers,
  parts,
  logicals,
  behind,
}: typeof table extends fc.Arbitrary<infer T> ? T : never) {
  const unit = isAligned ? MiB / sectorBytes : 8;
  let at = isAligned ? MiB / sectorBytes : 40;
  const lines: string[] = [];
  const line = (number: number, start: number, size: number, type: string) =>
    lines.push(`/dev/sda${number} : start=${start}, size=${size}, type=${type}`);
  for (const [place, number] of numbers.entries()) {
    const { gap, size, isLinux } = parts[place]!;
    at += gap * unit;
    const isLast = place === numbers.length - 1;
    if (label === 'dos' && isLast && place > 0 && logicals.length > 0) {
      const start = at;
      for (const [inside, logical] of logicals.entries()) {
        at += (logical.gap + 1) * unit;
        line(5 + inside, at, logical.size * unit, linux.dos);
        at += logical.size * unit;
      }
      line(number, start, at - start, '5');
    } else {
      line(number, at, size * unit, place === 0 || isLinux ? linux[label] : other[label]);
      at += size * unit;
    }
  }
  const tableBytes = label === 'gpt' ? 16 * 1024 + sectorBytes : 0;
  const dump = `label: ${label}\nunit: sectors\nsector-size: ${sectorBytes}\n\n${lines.join('\n')}\n`;
  return { dump, bytes: (at + behind) * sectorBytes + tableBytes, sectorBytes };
}

/** A layout without its line numbers, and without what the mounts mean. */
const plain = (layout: Layout) =>
  JSON.parse(
    JSON.stringify({ ...layout, mounts: layout.mounts.map((one) => ({ ...one, device: '' })) }, (key, value) =>
      key === 'line' ? 0 : value,
    ),
  ) as Layout;
const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

it('the script of any table reads back as it was meant, and lands on a disk of the same size', () => {
  fc.assert(
    fc.property(table.map(dumpOf), ({ dump, bytes, sectorBytes }) => {
      const disk = parseScheme('sda', dump);
      const files = disk.parts.filter((part) => !isExtended(part) && ['83', linux.gpt].includes(part.type));
      const largest = Math.max(...files.map((part) => part.sizeBytes ?? 0));
      // It takes the rest, and has to give what aligned starts cost.
      fc.pre(largest > 60 * MiB);
      const mounted = files.map((part, at) => {
        return {
          device: partName('/dev/sda', part.number),
          dir: at === 0 ? '/' : `/m${at}`,
          type: 'ext2',
          options: '',
        };
      });
      const mounts = mounted.map(({ dir }) => ({ dir, bytes: 1000, inodes: 3 }));
      const image = { name: 'x', bytes: 0, inodes: 0, mounts, splitLinks: [] };
      const { layout } = goldenLayout({ disks: [disk], mounted, storage: {}, devices: [], fstab: [] }, image);
      const wish = parseLayout(printLayout(layout));
      expect(plain(wish)).toEqual(plain(layout));

      const machine = {
        firmware: 'bios' as const,
        disks: [
          {
            node: '/dev/vda' as const,
            devno: '',
            bytes,
            sectorBytes,
            optimalIoBytes: 0,
            origin: { kind: 'own' as const },
            readOnly: false,
            path: '',
            serial: '',
            wwn: '',
            model: '',
            bus: 'virtio' as const,
            parts: [],
          },
        ],
      };
      const given = { layout: wish, machine, options: {}, image, seed: new Uint8Array(32), kept: {} };
      const { parts } = planLayout(given).target;
      const placed = Object.values(parts).toSorted((a, b) => a.startBytes - b.startBytes);
      expect(ascending(placed.filter((part) => !part.added).map((part) => part.number))).toEqual(
        ascending(disk.parts.map((part) => part.number)),
      );
      const flat = placed.filter((part) => !isExtended(part));
      for (const [at, part] of flat.entries()) {
        const before = flat[at - 1];
        expect(part.startBytes).toBeGreaterThanOrEqual(before ? before.startBytes + before.sizeBytes : MiB);
        expect(part.startBytes + part.sizeBytes).toBeLessThanOrEqual(bytes);
      }
    }),
    { numRuns: 200 },
  );
});
