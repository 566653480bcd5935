import { expect, it } from 'vitest';
import { bufferReader } from '../../test/helpers/tiny-iso.ts';
import { type Gpt, partitionTypes, printGpt, readGpt, usableSectors } from './gpt.ts';

const gptOf = (sectorBytes: 512 | 4096): Gpt => ({
  sectorBytes,
  sectors: 4096,
  guid: '01234567-89ab-4def-8123-456789abcdef',
  partitions: [
    {
      type: partitionTypes.data,
      guid: '11111111-2222-4333-8444-555555555555',
      name: 'BOEL',
      first: 256,
      last: 511,
      attributes: 0n,
    },
    {
      type: partitionTypes.esp,
      guid: '11111111-2222-4333-8444-555555555556',
      name: 'ESP',
      first: 512,
      last: 999,
      attributes: 4n,
    },
  ],
});
function disk(gpt: Gpt): Buffer {
  const image = Buffer.alloc(gpt.sectors * gpt.sectorBytes);
  const { head, tail } = printGpt(gpt, Buffer.alloc(440, 0x90));
  head.copy(image);
  tail.copy(image, image.length - tail.length);
  return image;
}

it.each([512, 4096] as const)('reads the table that it prints, with sectors of %i bytes', async (sectorBytes) => {
  const gpt = gptOf(sectorBytes);
  expect(await readGpt(bufferReader(disk(gpt)))).toEqual(gpt);
  expect(usableSectors(gpt)).toEqual(sectorBytes === 512 ? [34, 4062] : [6, 4090]);
});
it('has a protective MBR with boot code, and a copy of the table at the end', () => {
  const image = disk(gptOf(512));
  expect([image[439], image[450], image.readUInt16LE(510)]).toEqual([0x90, 0xee, 0xaa55]);
  const copy = image.subarray(image.length - 512);
  expect(copy.toString('latin1', 0, 8)).toBe('EFI PART');
  expect([Number(copy.readBigUInt64LE(24)), Number(copy.readBigUInt64LE(32))]).toEqual([4095, 1]);
});
it('says that a table is damaged, and finds none on other disks', async () => {
  const image = disk(gptOf(512));
  image.set([1], 1024 + 40);
  await expect(readGpt(bufferReader(image))).rejects.toThrow('partition table of the medium is damaged');
  expect(await readGpt(bufferReader(Buffer.alloc(8192)))).toBeUndefined();
});
