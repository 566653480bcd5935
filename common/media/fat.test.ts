import { expect, it } from 'vitest';
import { tinyFat } from '../../test/helpers/tiny-fat.ts';
import { bufferReader } from '../../test/helpers/tiny-iso.ts';
import { readFat } from './fat.ts';
import { readStored } from './stored.ts';

it('lists the files of a FAT with their long names, and the bytes of each wherever its clusters lie', async () => {
  const read = bufferReader(Buffer.concat([Buffer.alloc(4096), tinyFat()]));
  const fat = await readFat(read, 4096);
  expect(fat?.label).toBe('BOEL-TEST');
  const contents = new Map<string, string>();
  for (const [name, file] of fat?.files ?? []) contents.set(name, String(await readStored(read, file, 1000)));
  expect([...contents]).toEqual([
    ['HELLO.TXT', 'a'.repeat(512) + 'b'.repeat(88)],
    ['local.cfg', 'HOSTNAME=a\n'],
    ['boot/kernel', 'linux'],
  ]);
  // 128 sectors less boot sector, table and root; 5 of the 125 clusters hold files and the folder.
  expect([fat?.clusterBytes, fat?.freeBytes]).toEqual([512, 120 * 512]);
});

it.each<[string, (image: Buffer) => void, string]>([
  ['clusters in a circle', (image) => image.set([0x02, 0x20, 0x00], 512 + 3), 'leads in a circle'],
  ['a file with too few clusters', (image) => image.writeUInt32LE(60_000, 1024 + 32 + 28), 'fewer clusters than bytes'],
  [
    'a folder that holds itself',
    (image) => {
      image.set([0x10], 1024 + 512 + 3 * 512 + 64 + 11);
      image.writeUInt16LE(5, 1024 + 512 + 3 * 512 + 64 + 26);
    },
    'leads in a circle',
  ],
])('says that a FAT is damaged: %s', async (_, edit, message) => {
  await expect(readFat(bufferReader(tinyFat(edit)))).rejects.toThrow(message);
});

it('says where a FAT is cut off, and takes other bytes for no FAT', async () => {
  await expect(readFat(bufferReader(tinyFat().subarray(0, 700)))).rejects.toThrow('the medium ends before byte 703');
  expect(await readFat(bufferReader(Buffer.alloc(4096, 'x')))).toBeUndefined();
});
