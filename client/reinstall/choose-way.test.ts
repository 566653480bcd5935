import { expect, it } from 'vitest';
import { debianUefi, runningMachine, sectors } from '../../test/helpers/running-machines.ts';
import { probeRunningBoot } from '../../install/boot-entries/running-boot.ts';
import { chooseWay } from './choose-way.ts';

const grub = {
  '/usr/sbin/grub-install': '',
  '/usr/bin/grub-editenv': '',
  '/boot/grub/grub.cfg': 'menuentry Debian {\n}\n',
};
const esp = {
  '/boot/efi/EFI/debian/shimx64.efi': 'UEFI SHIM',
  '/boot/efi/EFI/debian/grubx64.efi': 'grub_mod_init',
};
const espMount = '2 1 8:2 / /boot/efi rw - vfat /dev/sda2 rw';
const variables = (how: 'ro' | 'rw') => `3 1 0:9 / /sys/firmware/efi/efivars ${how} - efivarfs efivarfs ${how}`;

async function choose(machine: Parameters<typeof runningMachine>[0], wished?: string) {
  const { io } = runningMachine(machine);
  return chooseWay(io, await probeRunningBoot(io), wished);
}

it('UEFI: BootNext comes before the loader that has started the machine', async () => {
  const uefi = { files: { ...grub, ...esp }, efibootmgr: debianUefi };
  expect((await choose({ ...uefi, mounts: [espMount, variables('rw')] })).way.name).toBe('boot-next');
  const fallen = await choose({ ...uefi, mounts: [espMount, variables('ro')] });
  expect([fallen.way.name, fallen.notes]).toEqual([
    'grub',
    [
      'BootNext of the firmware cannot be used: the variables of the firmware cannot be written, or efibootmgr is missing',
    ],
  ]);
});

it('BIOS: the loader whose code is on the disk; programs of another one do not count', async () => {
  const files = { ...grub, '/boot/grub/menu.lst': 'default 0\ntitle x\nroot (hd0,0)\nkernel /vmlinuz\n' };
  expect((await choose({ files, code: { '/dev/sda': sectors.grub } })).way.name).toBe('grub');
  expect((await choose({ files, code: { '/dev/sda': sectors['grub-legacy'] } })).way.name).toBe('grub-legacy');
});

it.each([
  [
    { files: grub, code: { '/dev/sda': sectors.other } },
    undefined,
    /nothing tells by which boot loader[^]*a program that is not known here/,
  ],
  [{ files: grub }, undefined, /the first sector of \/dev\/sda: nothing that a BIOS starts/],
  [
    { files: grub, code: { '/dev/sda': sectors.lilo } },
    undefined,
    /starts by lilo \(its code is in the first sector of \/dev\/sda\), which cannot get an entry/,
  ],
  [
    { files: {}, code: { '/dev/sda': sectors.other } },
    'grub',
    /starts by grub, which cannot get an entry: its programs/,
  ],
  [{}, 'refind', /--loader refind is not known/],
])('is refused: %#', async (machine, wished, words) => {
  await expect(choose(machine, wished)).rejects.toThrow(words);
});

it('takes a loader that a person names', async () => {
  expect((await choose({ files: grub, code: { '/dev/sda': sectors.other } }, 'grub')).way.name).toBe('grub');
});
