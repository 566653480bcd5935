import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import type { Step } from '../../common/system/step.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { bootloaders } from './index.ts';

const uefi = installedState({ firmware: 'uefi' });
const bios = installedState();
const flat = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => (step.kind === 'group' ? flat(step.steps) : [step]));

async function planned(files: Record<string, RecordedFile>, state: State): Promise<string[]> {
  for (const loader of bootloaders) {
    const facts = await loader.probe(recorderIo({ files }).io, '/a', state);
    if (facts === undefined) continue;
    const lines = flat(loader.plan(facts, '/a', state)).flatMap((step) => {
      if (step.kind === 'run') return step.argv.join(' ');
      return step.kind === 'copy' ? `${step.from.path} ${step.to.path}` : [];
    });
    return [loader.name, ...lines];
  }
  return [];
}

it('lists every loader of the folder', () => {
  const names = readdirSync(import.meta.dirname).filter((name) => /^(grub|extlinux|systemd-boot)\.ts$/.test(name));
  expect(names).toHaveLength(bootloaders.length);
});

describe('systemd-boot', () => {
  const arch: Record<string, RecordedFile> = {
    '/a/boot/efi/EFI/systemd/systemd-bootx64.efi': '',
    '/a/boot/efi/loader/entries/arch.conf': 'linux /vmlinuz-linux\noptions root=/dev/sda3\n',
    '/a/boot/efi/vmlinuz-linux': '',
  };
  const grub = { '/a/usr/sbin/grub-install': '', '/a/usr/lib/grub/i386-pc/kernel.img': '' };

  it('goes where every UEFI looks', async () => {
    expect(await planned(arch, uefi)).toEqual([
      'systemd-boot',
      '/boot/efi/EFI/systemd/systemd-bootx64.efi /boot/efi/EFI/BOOT/BOOTX64.EFI',
    ]);
  });

  it('comes from the package where the EFI system partition has that of another machine', async () => {
    const files = {
      '/a/boot/efi/EFI/systemd/systemd-bootaa64.efi': '',
      '/a/usr/lib/systemd/boot/efi/systemd-bootx64.efi': '',
      '/a/boot/efi/EFI/Linux/debian.efi': '',
    };
    const from = '/usr/lib/systemd/boot/efi/systemd-bootx64.efi';
    expect(await planned(files, uefi)).toEqual([
      'systemd-boot',
      `${from} /boot/efi/EFI/systemd/systemd-bootx64.efi`,
      `${from} /boot/efi/EFI/BOOT/BOOTX64.EFI`,
    ]);
  });

  it('leaves a shim on the removable path, which starts it', async () => {
    const signed = { '/a/boot/efi/EFI/BOOT/BOOTX64.efi': 'shim', '/a/boot/efi/EFI/debian/shimx64.efi': 'shim' };
    expect(await planned({ ...arch, ...signed }, uefi)).toEqual(['systemd-boot']);
    const other = { ...signed, '/a/boot/efi/EFI/BOOT/BOOTX64.efi': 'grub' };
    expect(await planned({ ...arch, ...other }, uefi)).toHaveLength(2);
  });

  it('gives way to grub that has a menu, or that a BIOS needs', async () => {
    const menu = { '/a/boot/grub/grub.cfg': '', '/a/usr/lib/grub/x86_64-efi/kernel.img': '' };
    expect((await planned({ ...arch, ...grub, ...menu }, uefi))[0]).toBe('grub');
    expect((await planned({ ...arch, ...grub }, uefi))[0]).toBe('systemd-boot');
    expect((await planned({ ...arch, ...grub, '/a/usr/sbin/grub-mkconfig': '' }, bios))[0]).toBe('grub');
  });

  it.each([
    ['a BIOS', arch, bios, 'needs UEFI, and this machine starts by BIOS'],
    ['no kernel of an entry', { ...arch, '/a/boot/efi/vmlinuz-linux': { link: '/x' } }, uefi, 'neither an entry'],
    [
      'another platform',
      { '/a/boot/efi/EFI/systemd/systemd-bootia32.efi': '' },
      uefi,
      'no systemd-boot for x86_64-efi',
    ],
  ])('refuses %s', async (_, files, state, message) => {
    await expect(planned(files, state)).rejects.toThrow(message);
  });
});

describe('extlinux', () => {
  const alpine: Record<string, RecordedFile> = {
    '/a/sbin/extlinux': '',
    '/a/boot/extlinux.conf': 'LABEL lts\n',
    '/a/usr/share/syslinux/mbr.bin': '',
    '/a/usr/share/syslinux/gptmbr.bin': '',
  };
  const { disks, parts } = bios;
  const disk = disks['/dev/sda'];
  const part = parts['/dev/sda3'];
  if (!disk || !part) throw new Error('no disk');
  const on = (label: 'gpt' | 'dos', more: Partial<typeof part> = {}) =>
    installedState({ disks: { '/dev/sda': { ...disk, label } }, parts: { '/dev/sda3': { ...part, ...more } } });
  const put = ['extlinux', 'extlinux --install /boot', 'dd of=/dev/vda bs=440 count=1 conv=notrunc,fsync'];
  const sfdisk = 'sfdisk --no-reread --no-tell-kernel';

  it.each<[string, State, string[]]>([
    ['dos, marked', on('dos', { bootable: true }), put],
    ['dos', on('dos'), [...put, `${sfdisk} --activate /dev/vda 3`]],
    ['gpt, marked', on('gpt', { attrs: 'LegacyBIOSBootable' }), put],
    ['gpt', on('gpt', { attrs: 'GUID:63' }), [...put, `${sfdisk} --part-attrs /dev/vda 3 GUID:63,LegacyBIOSBootable`]],
  ])('on %s', async (_, state, expected) => {
    expect(await planned(alpine, state)).toEqual(expected);
  });

  it.each<[string, RecordedFile | undefined, State, string]>([
    ['UEFI', '', uefi, 'for BIOS machines, and this machine starts by UEFI'],
    ['a logical partition', '', on('dos', { number: 5 }), 'a logical partition'],
    [
      'f2fs',
      '',
      { ...bios, filesystems: bios.filesystems.map((one) => ({ ...one, type: 'f2fs' })) },
      'cannot start from /boot',
    ],
    ['an image without its first sector', undefined, on('gpt'), 'has no gptmbr.bin'],
  ])('refuses %s', async (_, code, state, message) => {
    const { '/a/usr/share/syslinux/gptmbr.bin': __, ...others } = alpine;
    const files = code === undefined ? others : alpine;
    await expect(planned(files, state)).rejects.toThrow(message);
  });

  it('gives way to grub that has a menu, and is none where only u-boot reads its file', async () => {
    const grub = {
      '/a/usr/sbin/grub-install': '',
      '/a/usr/lib/grub/i386-pc/kernel.img': '',
      '/a/boot/grub/grub.cfg': '',
    };
    expect((await planned({ ...alpine, ...grub }, bios))[0]).toBe('grub');
    expect(await planned({ '/a/boot/extlinux/extlinux.conf': '' }, bios)).toEqual([]);
  });
});
