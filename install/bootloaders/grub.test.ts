import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import type { Step } from '../../common/system/step.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverSource } from '../source/server-source.ts';
import { grub } from './grub.ts';

const uuid = '11111111-2222-4333-8444-555555555555';
const debian = {
  '/a/etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\n',
  '/a/usr/sbin/grub-install': '',
  '/a/usr/sbin/grub-mkconfig': '',
  '/a/usr/lib/grub/i386-pc/kernel.img': '',
  '/a/usr/lib/grub/x86_64-efi/kernel.img': '',
  '/a/boot/grub/grub.cfg': `linux /vmlinuz root=UUID=${uuid} ro\n`,
};
const redHat = {
  '/a/etc/redhat-release': 'Some Linux',
  '/a/usr/sbin/grub2-install': '',
  '/a/usr/sbin/grub2-mkconfig': '',
  '/a/usr/lib/grub/i386-pc/kernel.img': '',
  '/a/boot/grub2/grub.cfg': 'insmod blscfg\nblscfg\n',
  '/a/boot/loader/entries/x.conf': `options root=UUID=${uuid.toUpperCase()} ro\n`,
};
const uefi = installedState({ firmware: 'uefi' });

async function commands(files: Record<string, RecordedFile>, state: State): Promise<string[]> {
  const facts = await grub.probe(recorderIo({ files }).io, '/a', state);
  if (!facts) return ['not in the image'];
  const flat = (steps: readonly Step[]): Step[] =>
    steps.flatMap((step) => (step.kind === 'group' ? flat(step.steps) : [step]));
  return flat(grub.plan(facts, '/a', state, serverSource(state.settings))).flatMap((step) => {
    if (step.kind === 'run') return step.argv.join(' ');
    return step.kind === 'mount' || step.kind === 'mkdir'
      ? []
      : `${step.kind} ${JSON.stringify('at' in step ? step.at.path : 'to' in step ? step.to.path : '')}`;
  });
}

const bios = 'grub-install --target=i386-pc /dev/vda';
const efi = 'grub-install --target=x86_64-efi --efi-directory=/boot/efi --no-nvram';
const debianEfi = `${efi} --bootloader-id=debian`;

describe('grub', () => {
  it.each([
    ['BIOS', debian, installedState(), [bios]],
    ['UEFI: where every firmware looks, and under its own name', debian, uefi, [`${efi} --removable`, debianEfi]],
    [
      'Red Hat on BIOS, its kernels in entries of their own',
      redHat,
      installedState(),
      ['grub2-install --target=i386-pc /dev/vda'],
    ],
    ['no grub', {}, installedState(), ['not in the image']],
  ])('%s', async (_, files, state, argv) => {
    expect(await commands(files, state)).toEqual(argv);
  });

  it('copies Red Hat’s signed loaders, whose grub2-install refuses UEFI, and leads them to this machine’s /boot', async () => {
    const vendor = {
      '/a/boot/efi/EFI/x/shimx64.efi': '',
      '/a/boot/efi/EFI/x/grubx64.efi': '',
      '/a/boot/efi/EFI/x/grub.cfg': 'search --fs-uuid --set=dev 99999999-0000-4000-8000-000000000000\nconfigfile x\n',
    };
    expect(await commands({ ...redHat, ...vendor }, uefi)).toEqual([
      'write "/boot/efi/EFI/x/grub.cfg"',
      'copy "/boot/efi/EFI/BOOT/grubx64.efi"',
      'copy "/boot/efi/EFI/BOOT/BOOTX64.EFI"',
      'copy "/boot/efi/EFI/BOOT/grub.cfg"',
    ]);
  });

  it('takes the grub.cfg on Red Hat 7’s EFI system partition for the one that counts', async () => {
    const { '/a/boot/grub2/grub.cfg': _, ...others } = redHat;
    const whole = (found: string) => ({
      ...others,
      '/a/boot/efi/EFI/centos/shimx64.efi': '',
      '/a/boot/efi/EFI/centos/grubx64.efi': '',
      '/a/boot/efi/EFI/centos/grub.cfg': `menuentry x {\nsearch --fs-uuid --set=root ${found}\nlinuxefi /vmlinuz\n}\n`,
    });
    const copies = ['grubx64.efi', 'BOOTX64.EFI'].map((name) => `copy "/boot/efi/EFI/BOOT/${name}"`);
    expect(await commands(whole(uuid), uefi)).toEqual(copies);
    const anew = await commands(whole('99999999-0000-4000-8000-000000000000'), uefi);
    expect(anew.filter((line) => !line.includes('by-uuid'))).toEqual([
      'grub2-mkconfig -o /boot/efi/EFI/centos/grub.cfg',
      ...copies,
    ]);
  });

  it('copies SUSE’s, which are signed, too; without a shim its grub2-install does', async () => {
    const { '/a/etc/redhat-release': _, ...suse } = redHat;
    const folder = '/a/boot/efi/EFI/opensuse';
    const more = { '/a/etc/os-release': 'ID="opensuse-leap"\n', '/a/usr/share/grub2/x86_64-efi/kernel.img': '' };
    const lead = `search --fs-uuid --set=root ${uuid}\nset prefix=x\nsource "\${prefix}/grub.cfg"\n`;
    const signed = { [`${folder}/shim.efi`]: '', [`${folder}/grub.efi`]: '', [`${folder}/grub.cfg`]: lead };
    expect((await commands({ ...suse, ...more, ...signed }, uefi)).slice(1)).toEqual([
      'copy "/boot/efi/EFI/BOOT/grub.efi"',
      'copy "/boot/efi/EFI/BOOT/BOOTX64.EFI"',
      'copy "/boot/efi/EFI/BOOT/grub.cfg"',
    ]);
    const plain = { [`${folder}/grubx64.efi`]: '' };
    const install = 'grub2-install --target=x86_64-efi --efi-directory=/boot/efi --no-nvram';
    expect(await commands({ ...suse, ...more, ...plain }, uefi)).toEqual([
      `${install} --removable`,
      `${install} --bootloader-id=opensuse`,
    ]);
  });

  it('forces Red Hat’s grub2-install where there are no signed loaders', async () => {
    const platform = { '/a/usr/lib/grub/x86_64-efi/kernel.img': '' };
    expect((await commands({ ...redHat, ...platform }, uefi))[0]).toContain('--no-nvram --force --removable');
  });

  it.each([
    ['grub.cfg', {}],
    [
      'what writes it',
      { '/a/boot/grub2/grub.cfg': { dir: true as const }, '/a/etc/default/grub': 'GRUB_ENABLE_BLSCFG=true\n' },
    ],
  ])('refuses another’s grub for entries that only Red Hat’s reads: by %s', async (_, more) => {
    await expect(commands({ ...redHat, ...more }, uefi)).rejects.toThrow('blscfg');
  });

  it('takes GRUB 0.97 for none', async () => {
    expect(await commands({ ...debian, '/a/usr/sbin/grub': '' }, installedState())).toEqual(['not in the image']);
  });

  it.each([
    ['is missing', undefined],
    ['looks for another filesystem', 'search --fs-uuid --set=root 99999999-0000-4000-8000-000000000000'],
  ])('writes grub.cfg anew where it %s, with the UUID within its sight', async (_, config) => {
    const { '/a/boot/grub/grub.cfg': __, ...others } = debian;
    const files = config === undefined ? others : { ...others, '/a/boot/grub/grub.cfg': config };
    const link = `"/dev/disk/by-uuid/${uuid}"`;
    expect(await commands(files, installedState())).toEqual([
      bios,
      `symlink ${link}`,
      'grub-mkconfig -o /boot/grub/grub.cfg',
      `remove ${link}`,
    ]);
  });

  it('brings a platform that the image lacks from the server, and takes it away again', async () => {
    const { '/a/usr/lib/grub/x86_64-efi/kernel.img': __, ...files } = debian;
    const directory = '--directory=/boot/.grub-from-server/x86_64-efi';
    const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
    expect(await commands(files, uefi)).toEqual([
      expect.stringMatching(
        `^rsync -rt .* rsync://10.0.0.1:873/boot/${arch}/grub/x86_64-efi/ /a/boot/.grub-from-server/x86_64-efi/$`,
      ),
      `${efi} ${directory} --removable`,
      `${efi} ${directory} --bootloader-id=debian`,
      'remove "/boot/.grub-from-server"',
    ]);
  });

  it('goes onto each disk of a mirror', async () => {
    const [root] = installedState().mounts;
    const disk = installedState().disks['/dev/sda'];
    const part = installedState().parts['/dev/sda3'];
    if (!root || !disk || !part) throw new Error('no disk');
    const state = installedState({
      disks: { '/dev/sda': { ...disk, label: 'dos' }, '/dev/sdb': { ...disk, label: 'dos', node: '/dev/vdb' } },
      parts: { '/dev/sda3': part, '/dev/sdb3': { ...part, disk: '/dev/sdb' } },
      volumes: {
        '/dev/md0': {
          kind: 'raid',
          node: '/dev/md0',
          sizeBytes: 1,
          members: ['/dev/sda3', '/dev/sdb3'],
          uuid: '',
          options: {},
        },
      },
      filesystems: [{ ...installedState().filesystems[1]!, device: '/dev/md0' }],
      mounts: [{ ...root, device: '/dev/md0', node: '/dev/md0' }],
    });
    expect(await commands(debian, state)).toEqual([bios, bios.replace('vda', 'vdb')]);
  });

  describe('a second ESP that the layout mounts', () => {
    const [root, esp] = uefi.mounts;
    const part = uefi.parts['/dev/sda2'];
    if (!root || !esp || !part) throw new Error('no ESP');
    const two = installedState({
      firmware: 'uefi',
      parts: { ...uefi.parts, '/dev/sdb2': { ...part, disk: '/dev/sdb' } },
      disks: { ...uefi.disks, '/dev/sdb': uefi.disks['/dev/sda']! },
      mounts: [root, esp, { ...esp, device: '/dev/sdb2', dir: '/boot/efi2' }],
    });
    it('gets grub as well', async () => {
      const second = (text: string) => text.replace('/boot/efi ', '/boot/efi2 ');
      const first = [`${efi} --removable`, debianEfi];
      expect(await commands(debian, two)).toEqual([...first, ...first.map(second)]);
    });
    it('gets the vendor’s whole folder where loaders are copied', async () => {
      const vendor = { '/a/boot/efi/EFI/x/grubx64.efi': '' };
      expect(await commands({ ...redHat, ...vendor }, two)).toEqual([
        'write "/boot/efi/EFI/x/grub.cfg"',
        'copy "/boot/efi/EFI/BOOT/BOOTX64.EFI"',
        'copy "/boot/efi/EFI/BOOT/grub.cfg"',
        'copy "/boot/efi2/EFI/x/grubx64.efi"',
        'copy "/boot/efi2/EFI/x/grub.cfg"',
        'copy "/boot/efi2/EFI/BOOT/BOOTX64.EFI"',
        'copy "/boot/efi2/EFI/BOOT/grub.cfg"',
      ]);
    });
  });

  describe('an ESP on an array', () => {
    const onArray = (level: string, metadata: string) => {
      const [root, esp] = uefi.mounts;
      const part = uefi.parts['/dev/sda2'];
      if (!root || !esp || !part) throw new Error('no ESP');
      const raid = { kind: 'raid', node: '/dev/md0', sizeBytes: 1, uuid: '', options: { level, metadata } } as const;
      return installedState({
        firmware: 'uefi',
        parts: { ...uefi.parts, '/dev/sdb2': { ...part, disk: '/dev/sdb' } },
        disks: { ...uefi.disks, '/dev/sdb': uefi.disks['/dev/sda']! },
        volumes: { '/dev/md0': { ...raid, members: ['/dev/sda2', '/dev/sdb2'] } },
        mounts: [root, { ...esp, device: '/dev/md0' }],
      });
    };
    it('is one where each half is a whole filesystem', async () => {
      expect(await commands(debian, onArray('1', '1.0'))).toEqual([`${efi} --removable`, debianEfi]);
    });
    it.each([
      ['1', '1.2'],
      ['0', '1.0'],
    ])('is refused with level %s and metadata %s', async (level, metadata) => {
      await expect(commands(debian, onArray(level, metadata))).rejects.toThrow('whose members no firmware can read');
    });
  });

  it.each([
    [`linux /vmlinuz-6.1 root=/dev/mapper/vg-root`, [bios]],
    [`linux ($root)/vmlinuz-6.1 root=UUID=${uuid}`, [bios]],
    [`linux /boot/vmlinuz-6.1 root=/dev/mapper/vg-root`, [bios, 'grub-mkconfig -o /boot/grub/grub.cfg']],
    // Its root= is made true by itself.
    [`linux /vmlinuz-6.1 root=/dev/mapper/other-root`, [bios]],
  ])('root on a logical volume and /boot apart, where grub.cfg says %s', async (config, expected) => {
    const [root] = installedState().mounts;
    const [, filesystem] = installedState().filesystems;
    if (!root || !filesystem) throw new Error('no root');
    const members = ['/dev/sda3'];
    const device = '/dev/vg/root';
    const state = installedState({
      volumes: {
        [device]: {
          kind: 'lv',
          node: '/dev/mapper/vg-root',
          sizeBytes: 1,
          members,
          group: 'vg',
          uuid: '',
          options: {},
        },
      },
      filesystems: [{ ...filesystem, device }, filesystem],
      mounts: [
        { ...root, device, node: '/dev/mapper/vg-root' },
        { ...root, dir: '/boot' },
      ],
    });
    const found = await commands({ ...debian, '/a/boot/grub/grub.cfg': `\t${config} ro\n` }, state);
    expect(found.filter((line) => line.startsWith('grub'))).toEqual(expected);
  });

  it.each([
    ['a GPT without BIOS boot partition', installedState({ parts: {} }), 'no disk of the layout holds /boot/grub'],
    [
      'no place for it on GPT',
      installedState({ parts: { '/dev/sda3': installedState().parts['/dev/sda3']! } }),
      'no BIOS boot partition',
    ],
    ['no ESP', installedState({ firmware: 'uefi', parts: {} }), 'no disk of the layout has an EFI system partition'],
    [
      'an ESP that is mounted nowhere',
      installedState({ firmware: 'uefi', mounts: installedState().mounts.slice(0, 1) }),
      'is mounted nowhere',
    ],
  ])('refuses %s', async (_, state, message) => {
    await expect(commands(debian, state)).rejects.toThrow(message);
  });
});
