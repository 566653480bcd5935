import { describe, expect, it } from 'vitest';
import { apply, printSteps } from '../../common/system/apply.ts';
import type { RecordedFile } from '../../test/helpers/recorder-io.ts';
import { debianUefi, runningMachine, sectors } from '../../test/helpers/running-machines.ts';
import type { BootEntry, EntryWay, Lasts } from './boot-entry.ts';
import { entryWays } from './index.ts';
import { probeRunningBoot } from './running-boot.ts';

const entryIn = (folder: `/${string}`, one: boolean): BootEntry => ({
  kernel: `${folder}/kernel.efi`,
  initrds: one ? [`${folder}/initrd.img`] : [`${folder}/initrd.img`, `${folder}/settings.img`],
  words: ['console=tty0', 'rootfstype=ramfs'],
});

type Case = Parameters<typeof runningMachine>[0] & { way: string };

const grubCfg = `if [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
fi
menuentry 'Debian GNU/Linux' { linux /boot/vmlinuz-6.1 root=/dev/sda1 }
if [ -f  \${config_directory}/custom.cfg ]; then
  source \${config_directory}/custom.cfg
fi
`;
const grubFiles = {
  '/usr/sbin/grub-install': '',
  '/usr/bin/grub-editenv': '',
  '/usr/bin/grub-script-check': '',
  '/boot/grub/grub.cfg': grubCfg,
};
const uefi = [
  '2 1 8:2 / /boot/efi rw - vfat /dev/sda2 rw',
  '3 1 0:9 / /sys/firmware/efi/efivars rw - efivarfs efivarfs rw',
];

const debianMenu = `# menu.lst - See: grub(8)
## default num
default\t\t0
timeout\t\t5
### BEGIN AUTOMAGIC KERNELS LIST
# kopt=root=UUID=7c1d ro
title\t\tDebian GNU/Linux, kernel 2.6.26-2-amd64
root\t\t(hd0,0)
kernel\t\t/boot/vmlinuz-2.6.26-2-amd64 root=/dev/sda1 ro
initrd\t\t/boot/initrd.img-2.6.26-2-amd64

title\t\tDebian GNU/Linux (single-user mode)
root\t\t(hd0,0)
kernel\t\t/boot/vmlinuz-2.6.26-2-amd64 root=/dev/sda1 ro single
### END DEBIAN AUTOMAGIC KERNELS LIST
`;
const liloConf = `# /etc/lilo.conf of Slackware
boot = /dev/sda
compact
prompt
timeout = 50
append="vt.default_utf8=0"
image = /boot/vmlinuz
  root = /dev/sda1
  label = Linux
  read-only
`;

const cases: Record<string, Case> = {
  'grub with custom.cfg': { way: 'grub', files: grubFiles, code: { '/dev/sda': sectors.grub } },
  'grub whose menu was written by hand': {
    way: 'grub',
    files: { ...grubFiles, '/boot/grub/grub.cfg': 'set timeout=0\nmenuentry Debian {\n\tlinux /boot/vmlinuz\n}' },
    code: { '/dev/sda': sectors.grub },
  },
  'grub with custom lines of the administrator': {
    way: 'grub',
    files: { ...grubFiles, '/boot/grub/custom.cfg': 'menuentry mine { true }\n' },
    code: { '/dev/sda': sectors.grub },
  },
  'grub legacy': {
    way: 'grub-legacy',
    files: { '/boot/grub/menu.lst': debianMenu },
    code: { '/dev/sda': sectors['grub-legacy'] },
  },
  'grub legacy of Red Hat, with a saved default': {
    way: 'grub-legacy',
    files: {
      '/boot/grub/grub.conf':
        'default saved\n#timeout=5\ntitle A\n\troot (hd0,0)\n\tkernel /vmlinuz ro\ntitle B\n\tkernel (hd0,0)/vmlinuz-b ro\n',
      '/boot/grub/default': `1\n${'#\n'.repeat(10)}# Do not remove any line from this file.\n`,
    },
    code: { '/dev/sda': sectors['grub-legacy'] },
  },
  lilo: { way: 'lilo', files: { '/etc/lilo.conf': liloConf, '/sbin/lilo': '' }, code: { '/dev/sda': sectors.lilo } },
  extlinux: {
    way: 'extlinux',
    files: {
      '/boot/extlinux/extlinux.conf': 'DEFAULT linux\nLABEL linux\n  LINUX ../vmlinuz\n  APPEND ro',
      '/usr/bin/extlinux': '',
    },
    code: { '/dev/sda': sectors.syslinuxMbr, '/dev/sda1': sectors.extlinux },
  },
  'boot-next': {
    way: 'boot-next',
    mounts: uefi,
    files: { '/boot/efi/EFI/debian/shimx64.efi': 'UEFI SHIM', '/boot/efi/EFI/debian/grubx64.efi': 'grub_mod_init' },
    efibootmgr: debianUefi,
  },
  'systemd-boot': {
    way: 'systemd-boot',
    mounts: uefi,
    files: {
      '/usr/bin/bootctl': '',
      '/boot/efi/loader/entries/a.conf': 'title A\n',
      '/boot/efi/loader/loader.conf': 'timeout 3\n',
      '/sys/firmware/efi/efivars/LoaderFeatures-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f': Buffer.from(
        '060000007f00000000000000',
        'hex',
      ),
      '/sys/firmware/efi/efivars/LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f': Buffer.concat([
        Buffer.from('06000000', 'hex'),
        Buffer.from('a.conf\0', 'utf16le'),
      ]),
    },
    efibootmgr: debianUefi,
  },
};

async function factsOf(name: string, recorder: ReturnType<typeof runningMachine>) {
  const { way } = cases[name] ?? {};
  const found = entryWays.find((one) => one.name === way) as EntryWay;
  const facts = await found.probe(recorder.io, await probeRunningBoot(recorder.io));
  if (typeof facts !== 'object' || facts === null) throw new Error(`no facts: ${String(facts)}`);
  return { way: found, facts };
}

const plain = (files: Map<string, RecordedFile>) =>
  Object.fromEntries([...files].map(([at, file]) => [at, Buffer.isBuffer(file) ? file.toString('latin1') : file]));

async function order(name: string, lasts: Lasts) {
  const recorder = runningMachine(cases[name] ?? { way: '' });
  const before = plain(recorder.files);
  const { way, facts } = await factsOf(name, recorder);
  const steps = way.add(facts, entryIn(way.folder(facts), way.takesOneInitrd === true), lasts);
  await apply(steps, recorder.io);
  return { recorder, before, way, facts, steps };
}

describe.each(Object.keys(cases))('%s', (name) => {
  it('is what the machine starts by, but BootNext comes first', async () => {
    const { io } = runningMachine(cases[name] ?? { way: '' });
    const { loader } = await probeRunningBoot(io);
    const expected = name === 'boot-next' || name === 'systemd-boot' ? [undefined, 'grub'] : [cases[name]?.way];
    expect(expected).toContain(loader?.name);
  });
  it.each(['once', 'default'] as const)(
    'gives all files back after an order for %s, also given twice',
    async (lasts) => {
      const { recorder, before, way } = await order(name, lasts);
      const again = await factsOf(name, recorder);
      await apply(
        again.way.add(again.facts, entryIn(way.folder(again.facts), way.takesOneInitrd === true), lasts),
        recorder.io,
      );
      const last = await factsOf(name, recorder);
      await apply(way.remove(last.facts), recorder.io);
      // The number of the saved default of grub 0.97 is a file that only `default saved` reads.
      const after = plain(recorder.files);
      if (before['/boot/grub/default'] === undefined) delete after['/boot/grub/default'];
      expect(after).toEqual(before);
    },
  );
  it('checks an entry that every start chooses', async () => {
    const { recorder, way } = await order(name, 'default');
    const { facts } = await factsOf(name, recorder);
    const entry = entryIn(way.folder(facts), way.takesOneInitrd === true);
    expect(() => way.check(facts, entry)).not.toThrow();
  });
  it('takes nothing away where nothing is', async () => {
    const { way, facts } = await factsOf(name, runningMachine(cases[name] ?? { way: '' }));
    expect(way.remove(facts)).toEqual([]);
  });
});

it('grub: the entry stands in custom.cfg, is checked before it counts, and is chosen once', async () => {
  const { recorder, steps } = await order('grub with custom.cfg', 'once');
  expect(recorder.did.filter((line) => /script-check|editenv|rename/.test(line))).toEqual([
    'run /usr/bin/grub-script-check /boot/grub/.systemimager-reinstall.cfg',
    'rename /boot/grub/.systemimager-reinstall.cfg /boot/grub/custom.cfg',
    'run /usr/bin/grub-editenv /boot/grub/grubenv create',
    'run /usr/bin/grub-editenv /boot/grub/grubenv set next_entry=systemimager-reinstall',
  ]);
  const text = printSteps(steps);
  expect(text).toContain('\tsearch --no-floppy --fs-uuid --set=root 7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31\n');
  expect(text).toContain('\tlinux /boot/systemimager/kernel.efi console=tty0 rootfstype=ramfs\n');
  expect(text).toContain('\tinitrd /boot/systemimager/initrd.img /boot/systemimager/settings.img\n');
  expect(text).toContain('\tinsmod part_msdos\n\tinsmod ext2\n');
});

it('grub: says that grubenv on a logical volume is read-only, and what BOEL must write there', async () => {
  const env = `# GRUB Environment Block\nsaved_entry=x\nnext_entry=systemimager-reinstall\n`.padEnd(1024, '#');
  const machine = runningMachine({ files: { ...grubFiles, '/boot/grub/grubenv': env }, root: '/dev/mapper/vg-root' });
  const way = entryWays.find(({ name }) => name === 'grub') as EntryWay;
  const facts = await way.probe(machine.io, await probeRunningBoot(machine.io));
  const once = way.oneShot(facts);
  expect(once).toMatchObject({
    isSure: false,
    why: 'grub cannot write to /dev/mapper/vg-root, which is no plain partition (lvm)',
    clears: { uuid: '7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31', type: 'ext4', path: '/boot/grub/grubenv' },
  });
  const content = 'clears' in once ? (once.clears?.content ?? '') : '';
  expect([content.length, content.replace(/#+$/, '')]).toEqual([1024, '# GRUB Environment Block\nsaved_entry=x\n']);
});

describe('grub2 of others than Debian', () => {
  const grub2 = (...programs: string[]) =>
    Object.fromEntries(['/usr/sbin/grub2-install', '/usr/bin/grub2-editenv', ...programs].map((at) => [at, '']));
  const probe = async (machine: Parameters<typeof runningMachine>[0]) => {
    const { io } = runningMachine(machine);
    const way = entryWays.find(({ name }) => name === 'grub') as EntryWay;
    const facts = await way.probe(io, await probeRunningBoot(io));
    const steps = printSteps(way.add(facts, entryIn('/boot/systemimager', false), 'once'));
    return { steps, once: way.oneShot(facts) };
  };

  it('Red Hat 8 on UEFI: the menu lies on the EFI system partition, with grubenv; entries of /boot/loader stay', async () => {
    const { steps, once } = await probe({
      mounts: uefi,
      efibootmgr: debianUefi.replaceAll('debian', 'redhat'),
      files: {
        ...grub2(),
        '/etc/redhat-release': '',
        '/boot/grub2/grubenv': { link: '../efi/EFI/redhat/grubenv' },
        '/boot/efi/EFI/redhat/grubenv': '# GRUB Environment Block\n',
        '/boot/efi/EFI/redhat/grub.cfg':
          'insmod blscfg\nblscfg\nif [ -f $config_directory/custom.cfg ]; then\n  source x\nfi\n',
      },
    });
    expect(steps).toContain('mv -T /boot/efi/EFI/redhat/.systemimager-reinstall.cfg /boot/efi/EFI/redhat/custom.cfg');
    expect(steps).toContain(
      '/usr/bin/grub2-editenv /boot/efi/EFI/redhat/grubenv set next_entry=systemimager-reinstall',
    );
    expect(once).toEqual({ isSure: true });
  });
  it('Red Hat 9 on UEFI: the file on the EFI system partition leads to /boot', async () => {
    const { steps } = await probe({
      mounts: uefi,
      efibootmgr: debianUefi.replaceAll('debian', 'redhat'),
      files: {
        ...grub2(),
        '/boot/efi/EFI/redhat/grub.cfg': 'search --fs-uuid --set=dev 7c1d\nconfigfile $prefix/grub.cfg\n',
        '/boot/grub2/grub.cfg': 'blscfg\nsource $prefix/custom.cfg\n',
      },
    });
    expect(steps).toContain('mv -T /boot/grub2/.systemimager-reinstall.cfg /boot/grub2/custom.cfg');
  });
  it('Red Hat 7 on UEFI: its grub starts a kernel by linuxefi', async () => {
    const { steps } = await probe({
      files: {
        ...grub2(),
        '/boot/grub2/grub.cfg':
          "menuentry 'CentOS' {\n\tlinuxefi /vmlinuz ro\n\tinitrdefi /initrd\n}\nsource $prefix/custom.cfg\n",
      },
    });
    expect(steps).toContain('\tlinuxefi /boot/systemimager/kernel.efi ');
    expect(steps).toContain('\tinitrdefi /boot/systemimager/initrd.img ');
  });
  it('SUSE on btrfs: its variables lie apart from the filesystem, and paths begin at the default subvolume', async () => {
    const mounts = ['9 0 0:30 /@/.snapshots/1/snapshot / rw - btrfs /dev/sda1 rw'];
    const cfg = 'set btrfs_relative_path="y"\nmenuentry SLES {\n}\nsource $prefix/custom.cfg\n';
    const files = {
      ...grub2(),
      '/boot/grub2/grub.cfg': cfg,
      '/boot/grub2/grubenv': '# GRUB Environment Block\nenv_block=512+1\n',
    };
    const { steps, once } = await probe({ mounts, files });
    expect(once).toEqual({ isSure: true });
    expect(steps).toContain('\tlinux /boot/systemimager/kernel.efi ');
    expect(steps).toContain('\tinsmod btrfs\n');
    const plainBtrfs = await probe({
      mounts,
      files: { ...files, '/boot/grub2/grub.cfg': cfg.replace('"y"', '"n"'), '/boot/grub2/grubenv': '' },
    });
    expect(plainBtrfs.once).toMatchObject({
      isSure: false,
      why: 'grub cannot write to btrfs',
      clears: { type: 'btrfs', path: '/@/.snapshots/1/snapshot/boot/grub2/grubenv' },
    });
    expect(plainBtrfs.steps).toContain('\tlinux /@/.snapshots/1/snapshot/boot/systemimager/kernel.efi ');
  });
});

it('grub legacy: the entry is the last, so that no number changes, and saves the old one as it starts', async () => {
  const { recorder } = await order('grub legacy', 'once');
  const text = recorder.text('/boot/grub/menu.lst');
  expect(text).toContain('#was default\t\t0\ndefault saved\n');
  expect(text.slice(text.indexOf('### END DEBIAN'))).toBe(`### END DEBIAN AUTOMAGIC KERNELS LIST
# BEGIN systemimager-reinstall
title Reinstall this machine (SystemImager)
savedefault 0
root\t\t(hd0,0)
kernel /boot/systemimager/kernel.efi console=tty0 rootfstype=ramfs
initrd /boot/systemimager/initrd.img
boot
# END systemimager-reinstall
`);
  expect(recorder.text('/boot/grub/default')).toMatch(/^2\n/);
});

it('grub legacy: a menu without default and limit of time gets both in front of its first entry', async () => {
  const { recorder } = await order('grub legacy of Red Hat, with a saved default', 'once');
  const text = recorder.text('/boot/grub/grub.conf');
  expect(text).toMatch(/^# BEGIN systemimager-reinstall\ntimeout 5\nfallback 1\n# END systemimager-reinstall\n/);
  expect(text).toContain('kernel (hd0,0)/boot/systemimager/kernel.efi ');
});

it('grub legacy: nobody guesses the disk', async () => {
  const machine = runningMachine({ files: { '/boot/grub/menu.lst': 'default 0\ntitle x\nkernel /vmlinuz\n' } });
  const way = entryWays.find(({ name }) => name === 'grub-legacy') as EntryWay;
  expect(await way.probe(machine.io, await probeRunningBoot(machine.io))).toBe(
    'no entry of /boot/grub/menu.lst tells on which disk of grub’s the kernels lie',
  );
});

it('lilo: is asked first, runs, and gets the command for one start', async () => {
  const { recorder } = await order('lilo', 'once');
  expect(recorder.did.filter((line) => line.startsWith('run /sbin/lilo'))).toEqual([
    'run /sbin/lilo -t -C /etc/lilo.conf.reinstall',
    'run /sbin/lilo',
    'run /sbin/lilo -R reinstall',
  ]);
  expect(recorder.text('/etc/lilo.conf')).toContain(`large-memory
image = /boot/vmlinuz
`);
  expect(recorder.text('/etc/lilo.conf')).toContain(`image=/boot/systemimager/kernel.efi
\tlabel=reinstall
\tinitrd=/boot/systemimager/initrd.img
\tappend="console=tty0 rootfstype=ramfs"
\tread-only
`);
});

it('extlinux: the label stands at the end, and DEFAULT stays for one start', async () => {
  const { recorder } = await order('extlinux', 'once');
  const text = recorder.text('/boot/extlinux/extlinux.conf');
  expect(text).toMatch(/^DEFAULT linux\n/);
  expect(text).toContain('  INITRD /boot/systemimager/initrd.img,/boot/systemimager/settings.img\n');
  expect(recorder.did).toContain('run /usr/bin/extlinux --once=systemimager-reinstall /boot/extlinux');
});

it('systemd-boot: the entry that runs is the default, so that ours is never the default by chance', async () => {
  const { recorder } = await order('systemd-boot', 'once');
  expect(recorder.text('/boot/efi/loader/loader.conf')).toContain('\ndefault a.conf\n');
  expect(recorder.text('/boot/efi/loader/entries/systemimager-reinstall.conf')).toContain(
    'linux /systemimager/kernel.efi\ninitrd /systemimager/initrd.img\ninitrd /systemimager/settings.img\n',
  );
  expect(recorder.did).toContain('run /usr/bin/bootctl set-oneshot systemimager-reinstall.conf');
});

it('boot-next: the kernel is an entry outside of the firmware’s order, with its initrds as options', async () => {
  const { recorder } = await order('boot-next', 'once');
  expect(recorder.did.filter((line) => /efibootmgr --quiet/.test(line))).toEqual([
    'run efibootmgr --quiet --create-only --bootnum 0000 --disk /dev/sda --part 2 --label Reinstall this machine (SystemImager) --loader \\EFI\\systemimager\\kernel.efi --unicode initrd=\\EFI\\systemimager\\initrd.img initrd=\\EFI\\systemimager\\settings.img console=tty0 rootfstype=ramfs',
    'run efibootmgr --quiet --bootnext 0000',
  ]);
});

it('boot-next: with Secure Boot, the machine’s own shim starts the kernel', async () => {
  const one = cases['boot-next'];
  const variables = '/sys/firmware/efi/efivars';
  const machine = runningMachine({
    ...one,
    files: {
      ...one?.files,
      [`${variables}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`]: Buffer.from('0600000001', 'hex'),
    },
  });
  const { way, facts } = await factsOf('boot-next', machine);
  const text = printSteps(way.add(facts, entryIn('/boot/efi/EFI/systemimager', false), 'once'));
  expect(text).toContain(
    String.raw`--loader '\EFI\debian\shimx64.efi' --unicode '\EFI\systemimager\kernel.efi initrd=`,
  );
});

it.each(['grub with custom.cfg', 'systemd-boot'])(
  '%s: an entry that is there and not chosen is no good',
  async (name) => {
    // The recorder runs nothing, so grubenv and the firmware's variables stay as they were.
    const { recorder, way } = await order(name, 'once');
    const { facts } = await factsOf(name, recorder);
    expect(() => way.check(facts, entryIn(way.folder(facts), false))).toThrow(
      'the next start would not be the installer',
    );
  },
);

it('nothing is guessed: two loaders, an unknown program, a firmware that does not tell', async () => {
  const unknown = runningMachine({ files: grubFiles, code: { '/dev/sda': sectors.other } });
  expect(await probeRunningBoot(unknown.io)).toMatchObject({
    loader: undefined,
    reasons: ['the first sector of /dev/sda: a program that is not known here'],
  });
  const silent = runningMachine({ mounts: uefi, files: grubFiles, efibootmgr: 'BootOrder: 0001\n' });
  expect((await probeRunningBoot(silent.io)).loader).toBeUndefined();
});
