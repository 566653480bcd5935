import { expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { readDisk } from './disks.ts';

const disk = { kind: 'file', file: '/d/web1.qcow2', format: 'qcow2' } as const;
const gib = 1024 ** 3;
const ioWith = (answer: { code?: number; stdout?: string; stderr?: string }) =>
  recorderIo({ files: { '/d/web1.qcow2': 'QFI' }, answer: () => answer }).io;
const good = { stdout: JSON.stringify({ 'virtual-size': 8 * gib, format: 'qcow2' }) };

it('uses a disk that is there, and makes one that is missing and has a size', async () => {
  expect(await readDisk(ioWith(good), disk)).toEqual({ ...disk, isNew: false });
  expect(await readDisk(ioWith(good), { ...disk, sizeBytes: 8 * gib })).toMatchObject({ isNew: false });
  const missing = { ...disk, file: '/d/web2.qcow2', sizeBytes: gib } as const;
  expect(await readDisk(ioWith(good), missing)).toEqual({ ...missing, isNew: true });
});
it.each([
  [{ ...disk, file: '/d/web2.qcow2' } as const, good, 'there is no disk /d/web2.qcow2'],
  [{ ...disk, sizeBytes: gib }, good, 'is there already and has 8 GiB, not 1 GiB'],
  [
    disk,
    {
      code: 1,
      stderr: `qemu-img: Could not open '/d/web1.qcow2': Failed to get shared "write" lock\nIs another process using the image [/d/web1.qcow2]?`,
    },
    'another virtual machine uses the disk /d/web1.qcow2',
  ],
  [
    disk,
    { code: 1, stderr: "qemu-img: Could not open '/d/web1.qcow2': Image is not in qcow2 format" },
    'cannot be used as a disk of the format qcow2: qemu-img: Could not open',
  ],
])('refuses a disk: %j', async (wish, answer, words) => {
  await expect(readDisk(ioWith(answer), wish)).rejects.toThrow(words);
});
