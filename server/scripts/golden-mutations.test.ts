import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printLayout } from '../../common/model/layout/print.ts';
import { UserError } from '../../common/system/errors.ts';
import { bios, disk, GiB, plan } from '../../test/helpers/layout-plan.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { readGolden } from './golden.ts';
import { goldenLayout, goldenMountDirs } from './golden-layout.ts';

const folder = path.join(import.meta.dirname, '../../test/assets/golden');
const samples = ['volumes/lvm', 'volumes/mirror', 'volumes/efi', 'distributions/suse15', 'distributions/ubuntu22'];
const read = (sample: string, file: string) => readFileSync(path.join(folder, sample, file), 'utf8');

/** What a field may be instead: nothing, and what other versions of a tool print, or a file that somebody edited. */
const others = [
  null,
  undefined,
  true,
  0,
  1,
  -1,
  1.5,
  2 ** 60,
  '',
  '0',
  '1',
  'x',
  '/dev/sda',
  [],
  [null],
  {},
  { path: 1 },
];
type Change = { place: number; other: number };

/** Puts another value at a place in the tree, counted from its root on. */
function mutate(tree: unknown, changes: readonly Change[]): unknown {
  const copy: unknown = structuredClone(tree);
  for (const { place, other } of changes) {
    const fields: [Record<string, unknown>, string][] = [];
    const visit = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        fields.push([node as Record<string, unknown>, key]);
        visit(value);
      }
    };
    visit(copy);
    const [node, key] = fields[place % fields.length] ?? [];
    if (node && key !== undefined) node[key] = structuredClone(others[other]);
  }
  return copy;
}

const change = fc.record({ place: fc.nat(100_000), other: fc.nat(others.length - 1) });

it('no storage.json of any kind ends in a stack, and what comes of it lands on disks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (sample, changes) => {
        const etc = `${sample}/etc`;
        const schemes = ['sda', 'sdb', 'vda', 'nvme0n1'].flatMap((name) => {
          try {
            return [
              [`/i/etc/systemimager/partitionschemes/${name}`, read(etc, `systemimager/partitionschemes/${name}`)],
            ];
          } catch {
            return [];
          }
        });
        const storage = mutate(JSON.parse(read(etc, 'systemimager/storage.json')), changes);
        const { io } = recorderIo({
          files: {
            ...(Object.fromEntries(schemes) as Record<string, string>),
            '/i/etc/systemimager/storage.json': JSON.stringify(storage) ?? '',
            '/i/etc/systemimager/mounted_filesystems': read(etc, 'systemimager/mounted_filesystems'),
            '/i/etc/fstab': read(etc, 'fstab'),
          },
        });
        const work = async () => {
          const golden = await readGolden(io, '/i');
          const mounts = goldenMountDirs(golden).map((dir) => ({ dir, bytes: 1000, inodes: 9 }));
          const image = { name: 'x', bytes: 0, inodes: 0, splitLinks: [], mounts };
          const { layout } = goldenLayout(golden, image);
          plan(printLayout(layout), bios(...layout.disks.map((_, at) => disk(`nvme${at}n1`, 64 * GiB))));
        };
        const bug = await work().then(
          () => undefined,
          (error: unknown) => (error instanceof UserError ? undefined : error),
        );
        expect(bug).toBeUndefined();
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);
