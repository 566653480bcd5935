import { describe, expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { driveFor, findDrive } from './medium.ts';

/** A file of this size with texts at these bytes. */
function head(texts: Record<number, string>): Buffer {
  const bytes = Buffer.alloc(17 * 2048);
  for (const [at, text] of Object.entries(texts)) bytes.write(text, Number(at), 'latin1');
  return bytes;
}
const mark = { 510: '\x55\xaa' };

describe('driveFor', () => {
  it.each([
    ['a hybrid ISO is a CD', { ...mark, 32_769: 'CD001' }, 90_000_000, 'cd'],
    ['a floppy by its size', mark, 1_474_560, 'floppy'],
    ['a floppy of 2.88 MB', mark, 2_949_120, 'floppy'],
    ['a floppy that nothing starts is no medium', {}, 1_474_560, undefined],
    ['a disk with a boot sector is a stick', mark, 64_000_000, 'usb'],
    ['a disk with a GPT for sectors of 4096 bytes is a stick', { 4096: 'EFI PART' }, 64_000_000, 'usb'],
    ['a disk of a virtual machine', { 0: 'QFI\xfb' }, 200_000, 'vm disk'],
    ['a text', { 0: 'HOSTNAME=web1' }, 20_000, undefined],
  ] as const)('%s', (_, texts, sizeBytes, drive) => {
    expect(driveFor(head(texts), sizeBytes)).toBe(drive);
  });
});

describe('findDrive', () => {
  const { io } = recorderIo({
    files: { '/m/note': 'HOSTNAME=web1\n', '/m/web1.qcow2': Buffer.from('QFI\xfb', 'latin1') },
  });
  it('refuses a file that is no medium, and one that is missing', async () => {
    await expect(findDrive(io, { kind: 'file', file: '/m/note' })).rejects.toThrow('/m/note is no medium');
    await expect(findDrive(io, { kind: 'file', file: '/m/web1.qcow2' })).rejects.toThrow(
      'is the disk of a virtual machine',
    );
    await expect(findDrive(io, { kind: 'file', file: '/m/gone' })).rejects.toThrow('there is no medium /m/gone');
  });
  it('believes a person who says the drive', async () => {
    expect(await findDrive(io, { kind: 'usb', file: '/m/note' })).toEqual({ kind: 'usb', file: '/m/note' });
  });
});
