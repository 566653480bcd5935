import { describe, expect, it } from 'vitest';
import { type CarriedEntry, carriedEntryFile } from '../../common/model/carried-entry.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { forgetEntry, readCarriedEntry } from './carried-entry.ts';

const clears = {
  uuid: '7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31',
  type: 'btrfs',
  path: '/@/boot/grub/grubenv' as const,
  content: '# GRUB Environment Block\n'.padEnd(1024, '#'),
};

/** A machine with a disk, on which blkid finds the filesystem (or a member of a volume group, and the filesystem on its volume). */
function machine(carried: CarriedEntry | string | undefined, { isVolume = false, mounts = true } = {}) {
  const block = (name: string, bus = 'pci0000:00/0000:00:01.1/ata1/host0/target0:0:0/0:0:0:0') => ({
    [`/sys/class/block/${name}`]: { link: `../../devices/${bus}/block/${name}` },
    [`/sys/class/block/${name}/size`]: '2048\n',
    [`/sys/class/block/${name}/dev`]: '8:1\n',
  });
  const files = {
    ...block('sda1'),
    ...(carried === undefined
      ? {}
      : { [carriedEntryFile]: typeof carried === 'string' ? carried : JSON.stringify(carried) }),
  };
  const recorder = recorderIo({
    files,
    answer({ argv }) {
      if (argv[0] === 'mount') return { code: mounts ? 0 : 32 };
      if (argv.includes('vgs')) return { stdout: '  vg\n' };
      if (argv.includes('vgchange') && argv.includes('-ay'))
        for (const [at, file] of Object.entries(block('dm-0', 'virtual'))) recorder.files.set(at, file);
      if (argv[0] !== 'blkid') return {};
      const fs = (node: string) => `DEVNAME=${node}\nTYPE=btrfs\nUUID=${clears.uuid}\n`;
      if (!isVolume) return { stdout: fs('/dev/sda1') };
      return {
        stdout: `DEVNAME=/dev/sda1\nTYPE=LVM2_member\nUUID=x\n${argv.includes('/dev/dm-0') ? fs('/dev/dm-0') : ''}`,
      };
    },
  });
  const said: string[] = [];
  return { ...recorder, said, run: () => forgetEntry(recorder.io, { say: (line) => said.push(line) }) };
}

describe('BOEL that an entry of the machine’s own loader has started', () => {
  it('corrects the file that the loader could not write, from the top of the filesystem', async () => {
    const { run, did, text, said } = machine({ way: 'grub', fallsBack: true, clears });
    await run();
    expect(did).toContain('run mount -t btrfs -o subvol=/ /dev/sda1 /run/boel/media');
    expect(text('/run/boel/media/@/boot/grub/grubenv')).toBe(clears.content);
    expect(said.at(-1)).toBe('The next start is the old system: /@/boot/grub/grubenv on /dev/sda1 is corrected');
    expect(did.at(-1)).toBe('run umount /run/boel/media');
  });
  it('starts volumes for that, and stops them again', async () => {
    const { run, did, files } = machine({ way: 'grub', fallsBack: true, clears }, { isVolume: true });
    await run();
    expect(files.has('/run/boel/media/@/boot/grub/grubenv')).toBe(true);
    expect(did.find((line) => line.includes('-ay'))).not.toContain('read_only_volume_list');
    expect(did.at(-1)).toMatch(/vgchange .* -an vg$/);
  });
  it('says so if the filesystem is not there', async () => {
    const { run, said } = machine({ way: 'grub', fallsBack: true, clears }, { mounts: false });
    await run();
    expect(said.at(-1)).toMatch(/^Warning: .* could not be corrected/);
  });
  it('does nothing without a note, with a damaged note, or where the loader has forgotten the entry by itself', async () => {
    for (const carried of [undefined, '{', { way: 'lilo', fallsBack: true }]) {
      const { run, did } = machine(carried);
      await run();
      expect(did).toEqual([]);
    }
    const { io } = machine('{"way":1}');
    expect(await readCarriedEntry(io)).toBeUndefined();
  });
});
