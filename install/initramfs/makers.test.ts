import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { apply } from '../../common/system/apply.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { initramfsMakers } from './index.ts';
import type { Remake } from './maker.ts';

const request: Remake = {
  root: '/a',
  version: '6.1',
  file: '/boot/initrd-6.1',
  isNew: false,
  modules: [
    { name: 'virtio_blk', path: 'kernel/drivers/block/virtio_blk.ko.xz' },
    { name: 'ext4', path: 'kernel/fs/ext4/ext4.ko' },
  ],
};

/** For each maker: where it is, the command line with modules and without, and what it leaves in the image. */
const images: Record<string, { files: Record<string, RecordedFile>; argv: string; plain: string; left: string[] }> = {
  dracut: {
    files: { '/a/usr/bin/dracut': '' },
    argv: 'dracut --force --no-hostonly --add-drivers virtio_blk ext4 /boot/initrd-6.1 6.1',
    plain: 'dracut --force --no-hostonly /boot/initrd-6.1 6.1',
    left: [],
  },
  'update-initramfs': {
    files: { '/a/usr/sbin/update-initramfs': '' },
    argv: 'update-initramfs -u -k 6.1',
    plain: 'update-initramfs -u -k 6.1',
    left: ['/a/boot/initrd-6.1'],
  },
  mkinitcpio: {
    files: { '/a/usr/bin/mkinitcpio': '' },
    argv: 'mkinitcpio -c /etc/mkinitcpio-systemimager.conf -S autodetect -k 6.1 -g /boot/initrd-6.1',
    plain: 'mkinitcpio -c /etc/mkinitcpio-systemimager.conf -S autodetect -k 6.1 -g /boot/initrd-6.1',
    left: [],
  },
  mkinitfs: {
    files: { '/a/sbin/mkinitfs': '' },
    argv: 'mkinitfs -o /boot/initrd-6.1 6.1',
    plain: 'mkinitfs -o /boot/initrd-6.1 6.1',
    left: [
      '/a/etc/mkinitfs/features.d',
      '/a/etc/mkinitfs/features.d/systemimager.modules',
      '/a/etc/mkinitfs/mkinitfs.conf',
    ],
  },
};

it('lists every file of the folder', () => {
  const makers = readdirSync(import.meta.dirname).filter((name) => /^(dracut|initramfs-tools|mk\w+)\.ts$/.test(name));
  expect(makers).toHaveLength(initramfsMakers.length);
});

describe.each(initramfsMakers)('$name', (maker) => {
  const image = images[maker.name] ?? { files: {}, argv: '', plain: '', left: [] };
  const remade = async (more: Partial<Remake> = {}) => {
    const machine = recorderIo({ files: image.files });
    const facts = await maker.probe(inside(machine.io, '/a'));
    await apply(maker.remake(facts, { ...request, ...more }), machine.io);
    return machine;
  };

  it('does not show in an empty image', async () => {
    expect(await maker.probe(inside(recorderIo({}).io, '/a'))).toBeUndefined();
  });
  it.each([
    [image.argv, {}],
    [image.plain, { modules: [] }],
  ])('%s', async (argv, more) => {
    const { did } = await remade(more);
    expect(did.filter((line) => line.startsWith('run'))).toEqual([`run chroot /a ${argv}`]);
  });
  it('leaves what a later kernel needs, and nothing else', async () => {
    const { files } = await remade();
    expect([...files.keys()].filter((name) => !(name in image.files)).toSorted()).toEqual(image.left);
  });
});

it.each([
  ['dracut', ['--uefi', '--kernel-cmdline', 'root=UUID=x ro', '/boot/initrd-6.1', '6.1']],
  ['mkinitcpio', ['-k', '6.1', '--cmdline', '/etc/mkinitcpio-systemimager.cmdline', '-U', '/boot/initrd-6.1']],
])('%s makes a unified image', (name, words) => {
  const maker = initramfsMakers.find((one) => one.name === name);
  const steps = maker?.remake({}, { ...request, unified: { commandLine: 'root=UUID=x ro' } }) ?? [];
  expect(steps.flatMap((step) => (step.kind === 'run' ? [step.argv.slice(-words.length)] : []))).toEqual([words]);
});

it('mkinitcpio hears of the modules in bash', async () => {
  const maker = initramfsMakers.find((one) => one.name === 'mkinitcpio');
  expect(JSON.stringify(maker?.remake({}, request))).toContain('MODULES+=(virtio_blk ext4)');
});

it('mkinitfs gets a feature of ours, once', async () => {
  const files = { '/a/sbin/mkinitfs': '', '/a/etc/mkinitfs/mkinitfs.conf': 'features="base ext4"\n' };
  const machine = recorderIo({ files });
  const maker = initramfsMakers.find((one) => one.name === 'mkinitfs');
  for (const _ of [1, 2])
    await apply(maker?.remake(await maker.probe(inside(machine.io, '/a')), request) ?? [], machine.io);
  expect(machine.files.get('/a/etc/mkinitfs/mkinitfs.conf')).toBe(
    'features="base ext4"\nfeatures="$features systemimager"\n',
  );
  expect(machine.files.get('/a/etc/mkinitfs/features.d/systemimager.modules')).toBe(
    'kernel/drivers/block/virtio_blk.ko*\nkernel/fs/ext4/ext4.ko*\n',
  );
});
