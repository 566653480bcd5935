import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { refuseForeign } from './foreign.ts';

/** The head of a shell for a processor, by its number in elf(5). */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('7f454c460201', 'hex');
  head.writeUInt16LE(machine, 18);
  return head;
}
const [riscv64, own] = [elf(243), elf(process.arch === 'arm64' ? 183 : 62)];

async function tried(shell: Buffer | string, code: number): Promise<string[]> {
  const files = { '/i/web_v1/usr/bin/dash': shell, '/i/web_v1/bin/sh': { link: '/usr/bin/dash' } };
  const { io, did } = recorderIo({ files, answer: () => ({ code }) });
  await refuseForeign(io, 'web_v1', '/i/web_v1', '/bin/sh');
  return did;
}

it('refuses an image whose shell is for other processors, and does not start', async () => {
  // Of chroot(1): the command was found, and could not be started.
  await expect(tried(riscv64, 126)).rejects.toThrow('image web_v1 has programs for processors of the kind riscv64');
});
it('takes one whose shell the kernel starts by another program', async () => {
  expect(await tried(riscv64, 0)).toEqual(['run chroot /i/web_v1 /bin/sh -c :']);
});
it.each([
  ['is for this machine', own],
  ['is for a 32-bit processor of its kind', process.arch === 'arm64' ? own : elf(3)],
  ['is a script', '#!/bin/busybox sh\n'],
  ['is for a processor that is not known here', elf(0)],
])('starts nothing where the shell %s', async (_, shell) => {
  expect(await tried(shell, 126)).toEqual([]);
});
