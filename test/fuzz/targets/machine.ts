import { readSwaps } from '../../../client/prepareclient/mounts.ts';
import { parseEfiMenu } from '../../../install/bootloaders/efi-entries.ts';
import { trueText } from '../../../install/boot-files/command-lines.ts';
import { mdadmConf } from '../../../install/identity/mdadm-conf.ts';
import { hostsWithName } from '../../../install/identity/etc-hosts.ts';
import { readInitramfs } from '../../../install/initramfs/read-initramfs.ts';
import { readUnifiedImage } from '../../../install/boot-files/unified-image.ts';
import { networkSources } from '../../../install/network/index.ts';
import { readRsyncList } from '../../../install/transports/rsync-list.ts';
import { inside } from '../../../common/system/inside.ts';
import { parseBlkid } from '../../../machine/blkid.ts';
import { readBootPrompt } from '../../../runtime/discovery/boot-prompt.ts';
import { parseEnviron, readLease, readServerOption } from '../../../runtime/discovery/lease.ts';
import { readJournal } from '../../../runtime/session/journal.ts';
import { cpio } from '../../helpers/cpio.ts';
import { goldenNetworks } from '../../helpers/golden-networks.ts';
import { installedState } from '../../helpers/installed-state.ts';
import { recorderIo } from '../../helpers/recorder-io.ts';
import { unifiedImage } from '../../helpers/unified-image.ts';
import { ofBytes, ofText } from '../target.ts';

const lease = {
  interface: 'eth0',
  ip: '10.0.0.7',
  subnet: '255.255.255.0',
  router: '10.0.0.1 10.0.0.2',
  dns: '10.0.0.1',
  domain: 'example.com',
  hostname: 'www7',
  serverid: '10.0.0.1',
  siaddr: '10.0.0.1',
  opt224: '31302e302e302e31',
  staticroutes: '10.9.0.0/16 10.0.0.1 0.0.0.0/0 10.0.0.1',
  mtu: '1500',
  lease: '3600',
};
const environ = Object.entries(lease)
  .map(([name, value]) => `${name}=${value}\0`)
  .join('');
const state = installedState();
const files: [string, string][] = [
  [
    '/boot/grub/grub.cfg',
    'set kernelopts="root=/dev/sda3 ro"\nlinux /vmlinuz root=UUID=1 ro quiet\ninitrd /initrd.img\n',
  ],
  [
    '/boot/loader/entries/a.conf',
    'title x\nlinux /v\ninitrd /i\noptions root=LABEL=x ro rd.lvm.lv=a/b resume=UUID=2\n',
  ],
  ['/boot/grub2/grubenv', `# GRUB Environment Block\nkernelopts=root=/dev/sda3 ro\n`.padEnd(1024, '#')],
  ['/etc/default/grub', 'GRUB_CMDLINE_LINUX="root=/dev/sda3 crashkernel=auto"\nexport GRUB_FORCE_PARTUUID=1\n'],
];

/** The network configuration of a golden client, with one of its files at a time under attack. */
const networkTargets = networkSources.flatMap((source) => {
  const tree = goldenNetworks[source.name] ?? {};
  return Object.entries(tree).flatMap(([path, text]) => {
    if (typeof text !== 'string' || text === '') return [];
    const find = (input: string) =>
      source.find(inside(recorderIo({ files: { ...tree, [path]: input } }).io, '/'), true);
    return ofText(`${source.name}.find, ${path}`, find, [text]);
  });
});

/** What programs print on a machine that is captured or installed, and what its image holds. */
export const machineTargets = [
  ...networkTargets,
  ofText('readSwaps', readSwaps, [
    'Filename Type Size Used Priority\n/dev/sda3 partition 1048572 0 -2\n/swap\\040file file 1024 0 -3\n',
  ]),
  ofText('parseEfiMenu', parseEfiMenu, [
    'BootCurrent: 0001\nTimeout: 0 seconds\nBootOrder: 0001,0002\nBoot0001* debian\tHD(1,GPT,1-2,0x800,0x100000)/File(\\EFI\\debian\\shimx64.efi)\nBoot0002  UEFI PXE\tPciRoot(0x0)\n',
  ]),
  ofText('parseBlkid', parseBlkid, [
    'DEVNAME=/dev/sda1\nLABEL=a\\ \\"b\\\\c\nUUID=217f-7101\nTYPE=ext4\n\nDEVNAME=/dev/sda2\nTYPE=swap\n',
  ]),
  ofText(
    'readRsyncList',
    (stdout) => readRsyncList({ argv: ['rsync'], code: 0, timedOut: false, stdout, stderr: '' }),
    [
      'drwxr-xr-x          4,096 2026/11/23 00:00:00 .\n-rw-r--r-- 12 2026/11/23 00:00:00 a\\#303\\#251 b\nlrwxrwxrwx 1 2026/11/23 00:00:00 l -> /etc/x\n',
    ],
  ),
  ofBytes('readInitramfs', readInitramfs, [
    cpio(['bin/sh', 'lib/modules/6.1/a.ko'], { 'etc/mdadm.conf': 'ARRAY x\n', 'conf/conf.d/resume': 'RESUME=none\n' }),
    Buffer.concat([cpio(['kernel/x86/microcode']), cpio(['init'])]),
  ]),
  ofBytes('readUnifiedImage', readUnifiedImage, [
    unifiedImage({ '.linux': 'MZ', '.initrd': cpio(['init']), '.uname': '6.1.0', '.cmdline': 'root=UUID=1 ro\0' }),
  ]),
  ofText('hostsWithName', (text) => hostsWithName(text, { golden: ['gold'], host: 'www7', domain: 'example.com' }), [
    '127.0.0.1 localhost\n127.0.1.1 gold.example.org gold\n',
  ]),
  ofText('mdadmConf', (text) => mdadmConf(text, state), ['MAILADDR root\nARRAY /dev/md0 UUID=1 # x\n  name=a:0\n']),
  ...files.map(([path, text]) =>
    ofText(`trueText of ${path}`, (input) => trueText({ path: path as `/${string}`, text: input }, state), [text]),
  ),
  ofText('readBootPrompt', readBootPrompt, [
    'HOSTNAME=web1 systemimager.IPADDR=10.0.0.5 systemimager.default.IMAGESERVER=10.0.0.1 BOOTIF=01-52-54-00-00-00-01 console=ttyS0 DISKS="serial=a b"',
  ]),
  ofBytes('parseEnviron', (bytes) => readLease(parseEnviron(bytes), 'eth0'), [Buffer.from(environ)]),
  ofText('readServerOption', readServerOption, ['31302e302e302e31', '0a000001']),
  ofText('readJournal', (text) => readJournal(recorderIo({ files: { '/run/boel/journal.jsonl': text } }).io), [
    '{"run":1,"seq":1,"verb":"layout","argv":[],"stdinSha256":"a","startedAt":"x","endedAt":"y","ok":true}\n',
  ]),
];
