import { describe, expect, it } from 'vitest';
import type { Settings } from '../../common/model/settings.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { neededParts } from './index.ts';
import { mountMedium } from './medium.ts';

const id = 'a'.repeat(24);

/** A machine with these devices; `holds` are the names in the root of each. */
function machine(devices: Record<string, { type: string; holds: string[] }>) {
  const files: Record<string, string | { link: string }> = {};
  for (const name of Object.keys(devices)) {
    files[`/sys/class/block/${name}`] = {
      link: `../../devices/${name.startsWith('dm') ? 'virtual' : 'pci0/ata1'}/block/${name}`,
    };
    files[`/sys/class/block/${name}/size`] = '2048\n';
    files[`/sys/class/block/${name}/dev`] = '8:0\n';
  }
  const recorder = recorderIo({
    files,
    answer({ argv }) {
      if (argv[0] === 'blkid')
        return {
          stdout: argv
            .filter((word) => word.startsWith('/dev/'))
            .map((node) => `DEVNAME=${node}\nTYPE=${devices[node.slice(5)]?.type}\n`)
            .join('\n'),
        };
      if (argv[0] === 'mount')
        for (const name of devices[argv.at(-2)?.slice(5) ?? '']?.holds ?? [])
          recorder.files.set(`/run/boel/medium/${name}`, '');
      if (argv[0] === 'umount')
        for (const at of recorder.files.keys()) if (at.startsWith('/run/boel/medium/')) recorder.files.delete(at);
      return {};
    },
  });
  return recorder;
}

describe('the medium with images', () => {
  it.each(['sr0', 'sdb', 'dm-0'])('is found by its marker on %s, and by nothing else', async (name) => {
    const other = { type: 'iso9660', holds: [`boel-${'b'.repeat(24)}`, `systemimager/boel-${'b'.repeat(24)}`] };
    const own = { type: 'iso9660', holds: [`boel-${id}`, `systemimager/boel-${id}`] };
    const { io, did } = machine({ sda: other, [name]: own });
    expect(await mountMedium(io, id, { say: () => {} })).toBe(`/dev/${name}`);
    expect(did).toContain(`run mount -t iso9660 -o ro /dev/${name} /run/boel/medium`);
    expect(did.at(-1)).toBe(`run blockdev --setro /dev/${name}`);
  });

  it('is waited for, and a medium of the same name without images does not count', async () => {
    const { io } = machine({ sr0: { type: 'iso9660', holds: [`boel-${id}`] } });
    const said: string[] = [];
    const stop = new AbortController();
    const waiting = mountMedium(io, id, {
      signal: stop.signal,
      say: (line) => {
        said.push(line);
        stop.abort();
      },
    });
    await expect(waiting).rejects.toThrow('aborted');
    expect(said[0]).toContain(`the medium boel-${id} with the images is not here (/dev/sr0)`);
  });
});

it.each([
  [{}, { network: true }],
  [{ IMAGESERVER: '10.0.0.1' }, { network: true }],
  [{ MEDIUM: id }, { medium: id, network: false }],
  [
    { MEDIUM: id, IMAGESERVER: '10.0.0.1' },
    { medium: id, network: true },
  ],
  [{ MEDIUM: id, TRANSPORT: 'rsync' }, { network: true }],
])('settings %j need %j', (values, needed) => {
  const settings: Settings = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, from: 'boot menu', detail: '' }]),
  );
  expect(neededParts(settings)).toEqual(needed);
});
