import { describe, expect, it } from 'vitest';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { MiB, GiB, disk, plan, shape, bios, uefi } from '../../test/helpers/layout-plan.ts';
import type { LayoutFacts } from './plan-layout.ts';

describe('keep', () => {
  const here = disk('vda', 4 * GiB, {
    parts: [{ number: 2, node: '/dev/vda2', startBytes: GiB, sizeBytes: GiB }],
  });
  const text = `[disk /dev/sda]\nlabel: gpt\n3 : size=1MiB, type="BIOS boot"\n1 : size=500MiB\n2 : size=1GiB, keep\n4 : min=1MiB\n`;
  const facts = (dump: string, found?: { type: string; uuid: string; label: string }): Pick<LayoutFacts, 'kept'> => {
    const [table] = parseLayout(`[disk /dev/vda]\n${dump}`).disks;
    return {
      kept: { '/dev/vda': { table: table!, contents: found ? { '/dev/vda2': { node: '/dev/vda2', ...found } } : {} } },
    };
  };
  const gpt = facts('label: gpt\n1 : size=1GiB\n2 : size=1GiB\n');
  it('leaves a partition where it is and fits the others around it', () => {
    expect(shape(plan(text, bios(here), gpt))).toEqual([
      ['/dev/sda3', '/dev/vda3', 1, 1],
      ['/dev/sda1', '/dev/vda1', 2, 500],
      ['/dev/sda2', '/dev/vda2', 1024, 1024],
      ['/dev/sda4', '/dev/vda4', 2048, 2047],
    ]);
  });
  it('puts behind it what has no room before it', () => {
    expect(shape(plan(text.replace('500MiB', '1500MiB'), bios(here), gpt))).toEqual([
      ['/dev/sda3', '/dev/vda3', 2048, 1],
      ['/dev/sda1', '/dev/vda1', 2049, 1500],
      ['/dev/sda2', '/dev/vda2', 1024, 1024],
      ['/dev/sda4', '/dev/vda4', 3549, 546],
    ]);
  });
  it('finds room for what the firmware needs, though the first partition is kept', () => {
    const first = disk('vda', 4 * GiB, {
      parts: [
        { number: 1, node: '/dev/vda1', startBytes: GiB, sizeBytes: GiB },
        { number: 2, node: '/dev/vda2', startBytes: MiB, sizeBytes: GiB - MiB },
      ],
    });
    const wish = '[disk /dev/sda]\nlabel: gpt\n1 : keep\n2 : keep\n4 : type=linux\n';
    expect(shape(plan(wish, bios(first), gpt))).toEqual([
      ['/dev/sda3', '/dev/vda3', 2048, 1, 'added'],
      ['/dev/sda1', '/dev/vda1', 1024, 1024],
      ['/dev/sda2', '/dev/vda2', 1, 1023],
      ['/dev/sda4', '/dev/vda4', 2049, 2046],
    ]);
  });
  it('knows an EFI system partition that is kept, and makes no other', () => {
    const windows = facts('label: gpt\n2 : size=1GiB, type=uefi\n', { type: 'vfat', uuid: '12-34', label: '' });
    const { target } = plan('[disk /dev/sda]\nlabel: gpt\n2 : keep\n1 : type=linux\n', uefi(here), windows);
    expect(Object.keys(target.parts)).toEqual(['/dev/sda2', '/dev/sda1']);
    expect(target.filesystems).toMatchObject([{ device: '/dev/sda2', type: 'vfat', uuid: '12-34', keep: true }]);
    expect(target.mounts).toMatchObject([{ device: '/dev/sda2', dir: '/boot/efi' }]);
  });
  describe('with a filesystem', () => {
    const wish = `[disk /dev/sda]
label: dos
2 : keep
[filesystems]
/dev/sda2 ext4 label=home uuid=11111111-1111-4222-8333-444455556666
[mounts]
LABEL=home / ext4 defaults 0 1
`;
    const kept = (content?: { type: string; uuid: string; label: string }) =>
      facts('label: dos\nlabel-id: 0x00000001\n2 : size=1GiB\n', content);
    it('takes its label and UUID from the disk', () => {
      const there = kept({ type: 'ext4', uuid: 'aa', label: 'data' });
      const [found] = plan(wish, bios(here), there).target.filesystems;
      expect([found?.uuid, found?.label, found?.keep]).toEqual(['aa', 'data', true]);
    });
    it.each([
      [undefined, '/dev/vda2 is to be kept as ext4, and no filesystem is on it'],
      [{ type: 'vfat', uuid: '', label: '' }, '/dev/vda2 is to be kept as ext4, and holds vfat'],
    ])('refuses another one: %#', (contents, message) => {
      expect(() => plan(wish, bios(here), kept(contents))).toThrow(message);
    });
    it('minds a table that cannot be read on the disk in question only', () => {
      const other = disk('vdb', 4 * GiB, { origin: { kind: 'removable', why: 'removable' } });
      const unreadable = { problem: 'sfdisk: failed to dump partition table: mac' };
      const good = kept({ type: 'ext4', uuid: 'aa', label: 'data' });
      expect(() => plan(wish, bios(here, other), { kept: { ...good.kept, '/dev/vdb': unreadable } })).not.toThrow();
      expect(() => plan(wish, bios(here), { kept: { '/dev/vda': unreadable } })).toThrow(unreadable.problem);
    });
  });
  it.each([
    [text.replace('2 : size=1GiB', '2 : size=2GiB'), 'is to be kept, but has'],
    [text.replace('2 : ', '2 : start=1MiB, '), 'is to be kept, but begins at byte'],
    [text.replace('1 : size=500MiB', '1 : size=500MiB, keep'), 'has no partition 1 to keep'],
    [text.replace('1 : size=500MiB', '1 : size=2500MiB'), 'does not fit'],
  ])('refuses what does not fit it: %#', (changed, message) => {
    expect(() => plan(changed, bios(here))).toThrow(message);
  });
});
