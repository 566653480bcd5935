import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { spareMemory } from './spare-memory.ts';

const drivers = '/usr/lib/modules/6.1.0-9-amd64/kernel/drivers';
const mounted = (dir: string) => `36 25 7:1 / ${dir} ro,relatime - squashfs /dev/loop1 ro\n`;

async function machine(memoryKib: number, mountinfo: string, umountExit = 0) {
  const { io, did } = recorderIo({
    files: {
      '/proc/meminfo': `MemTotal:         ${memoryKib} kB\nMemFree:           20000 kB\n`,
      '/proc/self/mountinfo': mountinfo,
      '/drivers.squashfs': 'hsqs',
    },
    answer: ({ argv }) => (argv[0] === 'umount' ? { code: umountExit, stderr: 'target is busy' } : undefined),
  });
  const said: string[] = [];
  await spareMemory(io, new AbortController().signal, (line) => said.push(line));
  return { said: said.join('\n'), did: did.join('\n') };
}

it('gives up the drivers of a machine with little memory, and says so', async () => {
  const { said, did } = await machine(208_716, mounted(drivers));
  expect(did).toContain(`umount ${drivers}`);
  expect(did).toContain('/drivers.squashfs');
  expect(said).toContain('204 MiB');
});

it.each([
  ['memory is plenty', 487_000, mounted(drivers)],
  ['the initrd is one archive', 208_716, ''],
  ['only the programs are mounted', 208_716, mounted('/usr')],
])('keeps them where %s', async (_, memoryKib, mountinfo) => {
  expect(await machine(memoryKib, mountinfo)).toEqual({ said: '', did: '' });
});

it('goes on with them where they are busy', async () => {
  const { said, did } = await machine(208_716, mounted(drivers), 32);
  expect(said).toMatch(/^The drivers stay in memory: [^]*busy/);
  expect(did).not.toContain('remove');
});
