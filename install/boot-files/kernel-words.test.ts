import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { State } from '../../common/model/state.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { planCommandLines, trueText } from './command-lines.ts';
import { trueWords } from './kernel-words.ts';

const uuid = '11111111-2222-4333-8444-555555555555';
const swapUuid = '22222222-2222-4333-8444-555555555555';
const base = installedState();
const withSwap = installedState({
  filesystems: [...base.filesystems, { ...base.filesystems[0]!, device: '/dev/sda4', type: 'swap', uuid: swapUuid }],
});
const members = ['/dev/sda3'];
const volume = { node: '/dev/mapper/vg-root', sizeBytes: 1, members, uuid: '', options: {} } as const;
const onVolume = installedState({
  volumes: { '/dev/vg/root': { ...volume, kind: 'lv', group: 'vg' } },
  filesystems: [{ ...base.filesystems[1]!, device: '/dev/vg/root', node: '/dev/mapper/vg-root' }],
  mounts: [{ ...base.mounts[0]!, device: '/dev/vg/root', node: '/dev/mapper/vg-root' }],
});
const md = '00000000:11111111:22222222:33333333';
const onArray = installedState({
  volumes: { '/dev/md0': { ...volume, kind: 'raid', node: '/dev/md0', uuid: md } },
  filesystems: [{ ...base.filesystems[1]!, device: '/dev/md0', node: '/dev/md0' }],
  mounts: [{ ...base.mounts[0]!, device: '/dev/md0', node: '/dev/md0' }],
});
const onBtrfs = installedState({
  filesystems: [{ ...base.filesystems[1]!, type: 'btrfs' }],
  mounts: [{ ...base.mounts[0]!, options: 'subvol=@,compress=zstd' }],
});

describe('trueWords', () => {
  it.each<[string, string, State]>([
    ['root=UUID=11111111-2222-4333-8444-555555555555 ro quiet', '', base],
    ['root=PARTUUID=00000003-0000-4000-8000-000000000000 rw', '', base],
    [`root=/dev/disk/by-uuid/${uuid} ro`, '', base],
    ['ro root=/dev/sda3 quiet', `ro root=UUID=${uuid} quiet`, base],
    // A kernel may start without its initramfs (Ubuntu's cloud images).
    ['root=PARTUUID=99999999-0000-4000-8000-000000000000', 'root=PARTUUID=00000003-0000-4000-8000-000000000000', base],
    ['root=/dev/vda3', `root=UUID=${uuid}`, base],
    // The golden client's address and cards.
    ['quiet ip=10.9.9.9::10.9.9.1:255.255.255.0:golden:eth0:none ifname=eth0:52:54:00:99:99:99 x', 'quiet x', base],
    ['rd.route=10.9.9.0/24:10.9.9.1 ip=[fd99::9]:::64::eth0:none rd.neednet=1', ' rd.neednet=1', base],
    ['quiet systemd.hostname=golden BOOTIF=01-52-54-00-99-99-99', 'quiet', base],
    ['ip=dhcp rd.neednet=1 net.ifnames=0', '', base],
    ['ip=eth0:dhcp vip=10.9.9.9', '', base],
    ['root=LABEL=golden', `root=UUID=${uuid}`, base],
    ['root=UUID=99999999-2222-4333-8444-555555555555', `root=UUID=${uuid}`, base],
    ['root=zfs:AUTO root=/dev/nfs root=live:CDLABEL=x', '', base],
    [
      'root=/dev/mapper/vg-root rd.lvm.lv=vg/root rd.lvm.lv=vg/swap rhgb',
      'root=/dev/mapper/vg-root rd.lvm.lv=vg/root rhgb',
      onVolume,
    ],
    [`root=UUID=${uuid} rd.lvm.lv=old/root rd.lvm.vg=old quiet`, `root=UUID=${uuid} quiet`, base],
    ['root=/dev/sda3', 'root=/dev/mapper/vg-root', onVolume],
    [
      'rd.md.uuid=00000000-11111111-22222222-33333333 root=UUID=x',
      `rd.md.uuid=00000000-11111111-22222222-33333333 root=UUID=${uuid}`,
      onArray,
    ],
    [
      `root=UUID=${uuid} rd.md.uuid=99999999:11111111:22222222:33333333 ro`,
      `root=UUID=${uuid} rd.md.uuid=${md} ro`,
      onArray,
    ],
    [`root=/dev/md0 rd.luks.uuid=luks-1 x`, `root=UUID=${uuid} x`, onArray],
    ['resume=/dev/sda4 quiet', `resume=UUID=${swapUuid} quiet`, withSwap],
    [`resume=UUID=${swapUuid}`, '', withSwap],
    ['quiet resume=UUID=abc splash', 'quiet splash', base],
    [`resume=UUID=${uuid} resume_offset=123 quiet`, ' quiet', withSwap],
    ['RESUME=UUID=abc', 'RESUME=none', base],
    ['RESUME=UUID=abc', `RESUME=UUID=${swapUuid}`, withSwap],
    ['RESUME=auto', '', withSwap],
    ['noresume hibernate=x', '', base],
    ['rootfstype=xfs rootflags=noatime', 'rootfstype=ext4 rootflags=noatime', base],
    ['rootfstype=ext4,xfs', '', base],
    ['rootflags=subvol=@,noatime', 'rootflags=noatime', base],
    ['rootflags=subvolid=256 x', 'rootflags=subvol=@ x', onBtrfs],
    ['rootflags=subvol=/@', '', onBtrfs],
    ['rootflags=subvol=@/.snapshots/1/snapshot', 'rootflags=subvol=@', onBtrfs],
    ['GRUB_CMDLINE_LINUX="resume=/dev/mapper/rhel-swap rhgb"', 'GRUB_CMDLINE_LINUX=" rhgb"', base],
  ])('%s', (line, expected, state) => {
    expect(trueWords(line, state)).toBe(expected || line);
  });

  it('says PARTUUID= to a kernel without initramfs', () => {
    expect(trueWords('root=/dev/sda3', base, false)).toBe('root=PARTUUID=00000003-0000-4000-8000-000000000000');
  });

  it('changes nothing the second time, and no other word', () => {
    const word = fc.constantFrom(
      'root=/dev/sda3',
      'resume=/dev/sda4',
      'rd.lvm.lv=a/b',
      'quiet',
      'x.root=1',
      'a="b c"',
      'ro',
    );
    fc.assert(
      fc.property(fc.array(word), (list) => {
        const once = trueWords(list.join(' '), withSwap);
        expect(trueWords(once, withSwap)).toBe(once);
        for (const other of ['quiet', 'x.root=1', 'a="b c"', 'ro'])
          expect(once.split(other).length).toBeGreaterThanOrEqual(list.filter((one) => one === other).length + 1);
      }),
    );
  });
});

describe('trueText', () => {
  it.each([
    [
      '/boot/loader/entries/0123-5.14.conf',
      'title x\nlinux /vmlinuz\ninitrd /initramfs.img\noptions root=/dev/sda3 ro\n',
      `title x\nlinux /vmlinuz\ninitrd /initramfs.img\noptions root=UUID=${uuid} ro\n`,
    ],
    [
      '/boot/efi/loader/entries/arch.conf',
      'options root=/dev/sda3\n',
      'options root=PARTUUID=00000003-0000-4000-8000-000000000000\n',
    ],
    [
      '/boot/extlinux.conf',
      'LABEL lts\n  INITRD initramfs-lts\n  APPEND root=/dev/sda3 modules=ext4\n',
      `LABEL lts\n  INITRD initramfs-lts\n  APPEND root=UUID=${uuid} modules=ext4\n`,
    ],
    ['/boot/extlinux/linux.cfg', 'append initrd=/i root=/dev/sda3\n', `append initrd=/i root=UUID=${uuid}\n`],
    [
      '/boot/grub/grub.cfg',
      '\tlinux\t/vmlinuz root=/dev/sda3 ro\n\tinitrd /i\n',
      `\tlinux\t/vmlinuz root=UUID=${uuid} ro\n\tinitrd /i\n`,
    ],
    [
      '/boot/grub2/grub.cfg',
      'set kernelopts="root=/dev/sda3 ro"\n# initrd\ninitrd\n',
      `set kernelopts="root=UUID=${uuid} ro"\n# initrd\ninitrd\n`,
    ],
    ['/etc/kernel/cmdline', 'root=/dev/sda3 rw\n', `root=UUID=${uuid} rw\n`],
    [
      '/etc/update-extlinux.conf',
      'root=/dev/sda3\ndefault_kernel_opts="quiet rootfstype=xfs"\n',
      `root=UUID=${uuid}\ndefault_kernel_opts="quiet rootfstype=ext4"\n`,
    ],
    ['/etc/default/extlinux', 'EXTLINUX_ROOT="root=/dev/sda3"\n', `EXTLINUX_ROOT="root=UUID=${uuid}"\n`],
    [
      '/etc/default/grub',
      '# root=/dev/sda3\nGRUB_CMDLINE_LINUX="resume=/dev/sdb1"\n',
      '# root=/dev/sda3\nGRUB_CMDLINE_LINUX=""\n',
    ],
    [
      '/etc/default/grub.d/40-force-partuuid.cfg',
      'GRUB_FORCE_PARTUUID=99999999-0000-4000-8000-000000000000\n',
      'GRUB_FORCE_PARTUUID=00000003-0000-4000-8000-000000000000\n',
    ],
    ['/etc/initramfs-tools/conf.d/resume', 'RESUME=UUID=abc\n', 'RESUME=none\n'],
    ['/etc/initramfs-tools/conf.d/resume', ' RESUME="UUID=abc" # old\n', ' RESUME=none # old\n'],
    [
      '/etc/initramfs-tools/initramfs.conf',
      'MODULES=most\nIP=10.9.9.9::10.9.9.1:255.255.255.0::eth0:off\nexport IP="10.9.9.9"\nIP=:::::eth0:dhcp\n',
      'MODULES=most\nIP=dhcp\nexport IP=dhcp\nIP=:::::eth0:dhcp\n',
    ],
    [
      '/etc/dracut.conf.d/net.conf',
      'kernel_cmdline+=" ip=10.9.9.9::10.9.9.1:24::eth0:none rd.neednet=1 "\nadd_drivers+=" x "\n',
      'kernel_cmdline+=" rd.neednet=1 "\nadd_drivers+=" x "\n',
    ],
    ['/etc/crypttab', 'root=/dev/sda3\n', 'root=/dev/sda3\n'],
  ])('%s', (path, text, expected) => {
    expect(trueText({ path: path as `/${string}`, text }, base)).toBe(expected);
  });

  it('keeps the size of grub’s environment block', () => {
    const block = (line: string) => `# GRUB Environment Block\nsaved_entry=x\n${line}\n`.padEnd(1024, '#');
    const text = block('kernelopts=root=/dev/mapper/rhel-root ro rd.lvm.lv=rhel/root rhgb');
    expect(trueText({ path: '/boot/grub2/grubenv', text }, base)).toBe(block(`kernelopts=root=UUID=${uuid} ro rhgb`));
  });
});

it('gives entries their command lines back after an initramfs was made anew', () => {
  const text = `linux /x\ninitrd /i\noptions root=UUID=${uuid}\n`;
  const entry = { path: '/boot/efi/loader/entries/x.conf' as const, text, mode: 0o644, uid: 0, gid: 0 };
  expect(planCommandLines([entry], '/a', base, [])).toEqual([]);
  const make = { why: 'Make it', kind: 'run', argv: ['mkinitramfs'] } as const;
  expect(planCommandLines([entry], '/a', base, [make])).toMatchObject([make, { kind: 'write', content: text }]);
});
