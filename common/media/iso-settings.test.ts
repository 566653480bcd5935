import { expect, it } from 'vitest';
import { findIsoSettings, isoPatches, paddedCfg } from './iso-settings.ts';
import { readIso } from './iso9660.ts';
import { bufferReader, tinyIso as iso } from '../../test/helpers/tiny-iso.ts';
import { readStored } from './stored.ts';
import { parseSums, printSums, sumAll } from './sums.ts';

it('lists the files of an ISO by the names of Rock Ridge', async () => {
  const image = iso('HOSTNAME=a\n');
  const found = await readIso(bufferReader(image));
  expect(found?.label).toBe('BOEL-CD');
  expect([...(found?.files.keys() ?? [])]).toEqual(['boot/kernel', 'local.cfg', 'SHA256SUMS']);
  const kernel = found?.files.get('boot/kernel');
  expect(kernel && String(await readStored(bufferReader(image), kernel, 100))).toBe('the bytes');
});

it('changes local.cfg and its sum on an ISO, and no other byte', async () => {
  const image = iso('HOSTNAME=a\n');
  const before = Buffer.from(image);
  const settings = await findIsoSettings(bufferReader(image));
  for (const { offset, bytes } of isoPatches(settings, Buffer.from('HOSTNAME=b\n'))) bytes.copy(image, offset);
  const changed = [...image.keys()].filter((at) => image[at] !== before[at]);
  const inside = (at: number, { offset, bytes }: { offset: number; bytes: number }) =>
    at >= offset && at < offset + bytes;
  expect(changed.every((at) => inside(at, settings.localCfg) || inside(at, settings.sums))).toBe(true);
  const after = await findIsoSettings(bufferReader(image));
  const sums = await sumAll(bufferReader(image), (await readIso(bufferReader(image)))?.files.values() ?? []);
  expect(parseSums(after.sumsText).get('local.cfg')).toBe(sums.get('local.cfg'));
  expect(after.sumsText.length).toBe(printSums(sums).length);
  expect(String(image.subarray(settings.localCfg.offset)).startsWith('HOSTNAME=b\n')).toBe(true);
});

it('refuses a local.cfg that is larger than its room, and an ISO without one', async () => {
  const image = iso('');
  const settings = await findIsoSettings(bufferReader(image));
  expect(() => isoPatches(settings, Buffer.alloc(16_385))).toThrow('16385 bytes, and the ISO has room for 16384');
  await expect(findIsoSettings(bufferReader(Buffer.alloc(100)))).rejects.toThrow('no local.cfg');
});

it.each<[string, (image: Buffer) => void, string]>([
  ['a record that is too short', (image) => image.writeUInt8(20, 20 * 2048 + 68), 'is damaged'],
  ['a folder that holds itself', (image) => image.writeUInt32LE(20, 20 * 2048 + 68 + 2), 'leads in a circle'],
  ['a folder behind the end', (image) => image.writeUInt32LE(9999, 16 * 2048 + 156 + 2), 'the medium ends before byte'],
])('says that an ISO is damaged: %s', async (_, edit, message) => {
  await expect(readIso(bufferReader(iso('', edit)))).rejects.toThrow(message);
});

it.each([
  [0, 16_384],
  [1, 16_384],
  [16_384, 16_384],
  [16_385, 32_768],
])('keeps room for another local.cfg: %i bytes become %i', (bytes, becomes) => {
  const content = paddedCfg(Buffer.alloc(bytes, 'a'));
  expect(content.length).toBe(becomes);
  expect(content.toString().trimEnd()).toBe('a'.repeat(bytes));
});
