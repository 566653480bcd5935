import { expect, it } from 'vitest';
import { inside } from '../../common/system/inside.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { unifiedImage } from '../../test/helpers/unified-image.ts';
import { bootKernels } from './kernels.ts';
import { startedKernel } from './started-kernel.ts';

const boot = { '/a/boot/vmlinuz-6.9.1-x': '', '/a/boot/vmlinuz-6.10.2-x': '', '/a/boot/vmlinuz-5.4.0-x': '' };
const grub = { '/a/usr/sbin/grub-install': '' };
const menu = (set: string) => `if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
else
   set default="${set}"
fi
menuentry 'Debian' --id simple {
	linux	/boot/vmlinuz-6.10.2-x root=x
}
submenu 'Advanced' {
	menuentry 'Debian, with Linux 6.10.2-x' { linux /boot/vmlinuz-6.10.2-x root=x
	}
	menuentry 'Debian, with Linux 5.4.0-x' { 
		linux /boot/vmlinuz-5.4.0-x root=x
	}
}
`;
const entry = (version: string) => `version ${version}\nlinux /vmlinuz-${version}\n`;
const entries = {
  '/a/boot/loader/entries/0123-6.9.1-x.conf': entry('6.9.1-x').replace('/vm', '/boot/vm'),
  '/a/boot/loader/entries/0123-5.4.0-x.conf': entry('5.4.0-x').replace('/vm', '/boot/vm'),
};
const bls = { '/a/usr/sbin/grub2-install': '', '/a/boot/grub2/grub.cfg': 'set default="${saved_entry}"\nblscfg\n' };

it.each<[string, Record<string, RecordedFile | undefined>, string | undefined]>([
  ['the newest by number', {}, '/boot/vmlinuz-6.10.2-x'],
  ['the first of grub.cfg', { ...grub, '/a/boot/grub/grub.cfg': menu('0') }, '/boot/vmlinuz-6.10.2-x'],
  [
    'a submenu’s number',
    { ...grub, '/a/boot/grub/grub.cfg': menu('1>1').replace('{ linux', '{\nlinux') },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'a title',
    { ...grub, '/a/boot/grub/grub.cfg': menu('Advanced>Debian, with Linux 5.4.0-x') },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'what grubenv says',
    {
      ...grub,
      '/a/boot/grub/grub.cfg': menu('${saved_entry}'),
      '/a/boot/grub/grubenv': 'saved_entry=gnulinux-5.4.0-x-advanced\n',
    },
    '/boot/vmlinuz-5.4.0-x',
  ],
  ['a title that tells no version', { ...grub, '/a/boot/grub/grub.cfg': menu('simple') }, '/boot/vmlinuz-6.10.2-x'],
  ['the newest entry', { ...bls, ...entries }, '/boot/vmlinuz-6.9.1-x'],
  [
    'the entry in grubenv',
    { ...bls, ...entries, '/a/boot/grub2/grubenv': 'saved_entry=0123-5.4.0-x\n' },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'the entry of a menu on the EFI system partition',
    {
      '/a/usr/sbin/grub2-install': '',
      '/a/boot/efi/EFI/fallback/grub.cfg': 'configfile /x\n',
      '/a/boot/efi/EFI/redhat/grub.cfg': menu('${saved_entry}'),
      '/a/boot/grub2/grubenv': 'saved_entry=Red Hat (5.4.0-x) 7.9\n',
    },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'the entry by its number in grubenv, from the newest',
    { ...bls, ...entries, '/a/boot/grub2/grubenv': 'saved_entry=1\n' },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'the unified image in loader.conf',
    {
      '/a/boot/efi/loader/loader.conf': 'default linux-lts.efi\n',
      '/a/boot/efi/EFI/Linux/linux.efi': unifiedImage({ '.uname': '6.9\0', '.linux': 'k' }),
      '/a/boot/efi/EFI/Linux/linux-lts.efi': unifiedImage({ '.uname': '6.6\0', '.linux': 'k' }),
    },
    '/boot/efi/EFI/Linux/linux-lts.efi',
  ],
  ['no vmlinux for debuggers', { '/a/boot/vmlinux-7.1.0-x.xz': '' }, '/boot/vmlinuz-6.10.2-x'],
  [
    'the entry in loader.conf',
    { ...entries, '/a/boot/loader/loader.conf': 'timeout 3\ndefault 0123-5*\n' },
    '/boot/vmlinuz-5.4.0-x',
  ],
  [
    'a unified image',
    {
      ...Object.fromEntries(Object.keys(boot).map((at) => [at, undefined])),
      '/a/boot/efi/EFI/Linux/a.efi': unifiedImage({ '.uname': '6.2\0', '.linux': 'k' }),
      '/a/boot/efi/EFI/Linux/b.efi': unifiedImage({ '.uname': '6.1\0', '.linux': 'k' }),
    },
    '/boot/efi/EFI/Linux/a.efi',
  ],
  [
    'the label of extlinux',
    {
      '/a/sbin/extlinux': '',
      '/a/boot/extlinux.conf': 'DEFAULT old\nLABEL new\n LINUX vmlinuz-6.10.2-x\nLABEL old\n  LINUX vmlinuz-5.4.0-x\n',
    },
    '/boot/vmlinuz-5.4.0-x',
  ],
  ['none', Object.fromEntries(Object.keys(boot).map((at) => [at, undefined])), undefined],
])('finds %s', async (_, more, expected) => {
  const files = Object.entries({ ...boot, ...more }).filter(
    (one): one is [string, NonNullable<(typeof one)[1]>] => one[1] !== undefined,
  );
  const tree = inside(recorderIo({ files: Object.fromEntries(files) }).io, '/a');
  const kernels = await bootKernels(tree, installedState());
  expect((await startedKernel(tree, installedState(), kernels))?.kernel).toBe(expected);
});
