import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { holdKernels, newKernels, probeStarts } from './kernels.ts';
import type { Change } from './plan.ts';

const change = (path: string, reason: Change['reason'], kind: Change['kind'] = 'file'): Change => {
  return { path, kind, reason, details: [], sizeBytes: 1, mtime: '', layer: 0 };
};
const facts = { running: '6.1.0-1', menus: 'linux /boot/vmlinuz-6.1.0-2 root=UUID=x ro\n' };
const left = (...changes: Change[]) => holdKernels({ changes, kept: [] }, facts).changes.map((one) => one.path);
const why = (...changes: Change[]) => holdKernels({ changes, kept: [] }, facts).kept.map((one) => one.rule.from);

describe('kernels', () => {
  it('that run, or that the boot menu starts, stay with their modules; others go', () => {
    const all = ['6.1.0-1', '6.1.0-2', '6.1.0-3'].flatMap((version) => [
      change(`boot/vmlinuz-${version}`, 'deleted'),
      change(`boot/initrd.img-${version}`, 'deleted'),
      change(`lib/modules/${version}/modules.dep`, 'deleted'),
      change(`usr/lib/modules/${version}`, 'deleted', 'dir'),
    ]);
    expect(left(...all)).toEqual([
      'boot/vmlinuz-6.1.0-3',
      'boot/initrd.img-6.1.0-3',
      'lib/modules/6.1.0-3/modules.dep',
      'usr/lib/modules/6.1.0-3',
    ]);
    expect(why(...all.slice(0, 1))).toEqual(['the running kernel']);
    expect(why(...all.slice(4, 5))).toEqual(['a kernel in the boot menu of this machine']);
  });

  it('all stay if no boot menu is found', () => {
    const gone = change('boot/vmlinuz-6.1.0-3', 'deleted');
    const { changes, kept } = holdKernels({ changes: [gone], kept: [] }, { running: undefined, menus: '' });
    expect(changes).toEqual([]);
    expect(kept[0]?.rule.from).toBe('nobody knows which kernel starts this machine');
  });

  it('are looked for in the menus of this machine, not in settings', async () => {
    const { io } = recorderIo({
      files: {
        '/a/boot/grub/grub.cfg': 'linux /boot/vmlinuz-6.1.0-2\n',
        '/a/boot/grub/menu.lst': 'kernel /vmlinuz-2.6.26\n',
        '/a/etc/initramfs-tools/initramfs.conf': 'MODULES=most # initramfs\n',
      },
    });
    const { menus, running } = await probeStarts(io, '/a', []);
    expect(menus).toContain('vmlinuz-6.1.0-2');
    expect(menus).toContain('vmlinuz-2.6.26');
    expect(menus).not.toContain('MODULES');
    expect(running).toBeUndefined();
  });

  it('that are new come with their initramfs, and are told', () => {
    const all = [change('boot/vmlinuz-6.12.0', 'new'), change('boot/initramfs-6.12.0.img', 'new')];
    expect(left(...all)).toEqual(['boot/vmlinuz-6.12.0', 'boot/initramfs-6.12.0.img']);
    expect(newKernels({ changes: all, kept: [] })).toEqual(['6.12.0']);
  });

  it('of another build do not take the place of a kernel, since its initramfs has modules of the first', () => {
    const all = [
      change('boot/vmlinuz-6.1.0-2', 'changed'),
      change('boot/System.map-6.1.0-2', 'changed'),
      change('lib/modules/6.1.0-2/kernel/fs/ext4.ko', 'changed'),
      change('lib/modules/6.1.0-2/kernel/fs/new.ko', 'new'),
    ];
    expect(left(...all)).toEqual([]);
    expect(why(...all)[0]).toBe('another build of a kernel that this machine has');
  });

  it('keep the initramfs that was made here, and the links that loaders start from', () => {
    const all = [
      change('boot/initrd.img-6.1.0-2', 'older'),
      change('vmlinuz', 'changed', 'link'),
      change('initrd.img.old', 'deleted', 'link'),
      change('vmlinuz.old', 'new', 'link'),
      change('usr/bin/x', 'changed'),
    ];
    expect(left(...all)).toEqual(['vmlinuz.old', 'usr/bin/x']);
  });
});
