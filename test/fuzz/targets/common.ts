import { readSignatures } from '../../../common/certificates/authenticode.ts';
import { parseSignatureLists } from '../../../common/certificates/signature-lists.ts';
import { parseCmdline } from '../../../common/model/cmdline.ts';
import { parseGroups } from '../../../common/model/groups.ts';
import { parseHosts } from '../../../common/model/hosts.ts';
import { parseIpv4, parseNetmask } from '../../../common/model/ipv4.ts';
import { parseMatch } from '../../../common/model/layout/match.ts';
import { parseLayout, parseTable } from '../../../common/model/layout/parse.ts';
import { parsePartType } from '../../../common/model/layout/part-type.ts';
import { parseSize } from '../../../common/model/layout/size.ts';
import { splitWords } from '../../../common/model/layout/words.ts';
import { parseLocalCfg } from '../../../common/model/local-cfg.ts';
import { parseBootif, parseMac } from '../../../common/model/mac.ts';
import { parseMountedFilesystems } from '../../../common/model/mounted.ts';
import { parseRoutes } from '../../../common/model/route.ts';
import { parseScript } from '../../../common/model/script.ts';
import { readFat } from '../../../common/media/fat.ts';
import { readIso } from '../../../common/media/iso9660.ts';
import { parseTail, printTail } from '../../../common/pack/format.ts';
import { parseSums } from '../../../common/media/sums.ts';
import { parseMountinfo } from '../../../common/system/mountinfo.ts';
import { parseProgress } from '../../../common/system/progress.ts';
import { certificates, signature, signatureList, signedProgram } from '../../helpers/signed-program.ts';
import { tinyFat } from '../../helpers/tiny-fat.ts';
import { bufferReader, tinyIso } from '../../helpers/tiny-iso.ts';
import { ofBytes, ofText } from '../target.ts';

export const layoutText = `[disk /dev/sda] # the first
label: gpt
unit: sectors
1 : size=1MiB, type="BIOS boot"
2 : start=4096, size= 512MiB, type=uefi, uuid=11111111-2222-4333-8444-555555555555, name="EFI \\x41"
3 : size=20GiB, min=3GiB, type=linux, attrs="RequiredPartition GUID:63"
5 : min=1GiB, type=lvm
[disk /dev/nvme0n1]
label: dos
1 : size=100MiB, type=83, bootable, keep
2 : type=extended
5 : size=1GiB, type=raid
[raid /dev/md0]
level=1 devices=/dev/nvme0n1p5,/dev/sda3 metadata=1.2
[lvm vg0]
pv=/dev/sda5
root size=10GiB min=2GiB
home min=1GiB
[filesystems]
/dev/sda2 vfat label=EFI
/dev/vg0/root ext4 label=root uuid=11111111-2222-4333-8444-555555555555 features=^metadata_csum,64bit
/dev/md0 btrfs label="a b"
[subvolumes]
/dev/md0 @home
[mounts]
LABEL=root / ext4 defaults,errors=remount-ro 0 1
LABEL=EFI /boot/efi vfat umask=0077 0 1
LABEL=a\\040b /srv btrfs subvol=@home 0 0
/swapfile none swap sw 0 0
[swapfiles]
/swapfile size=2GiB
`;
const dump = `label: gpt
label-id: 11111111-2222-4333-8444-555555555555
device: /dev/sda
unit: sectors
first-lba: 34
last-lba: 41943006
sector-size: 512

/dev/sda1 : start=        2048, size=     1048576, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=11111111-2222-4333-8444-555555555556, name="EFI"
/dev/sda2 : start=     1050624, size=    40892383, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, attrs="GUID:63"
`;
const localCfg = `# of this machine
HOSTNAME=web1
DOMAINNAME="example.com"
DEVICE=52-54-00-AB-CD-EF
IPADDR=10.0.0.5
NETMASK=255.255.255.0
GATEWAY='10.0.0.1' # router
IMAGESERVER=10.0.0.2
DNSSERVERS="10.0.0.2 10.0.0.3"
DISKS='serial=a b'
MONITOR_SERVER=10.0.0.2
`;

/** What scripts, command lines and configuration files hold, read by every program. */
export const commonTargets = [
  ofText('parseCmdline', parseCmdline, [
    'BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet systemimager.default.IMAGESERVER=10.0.0.1 BOOTIF=01-52-54-00-00-00-01 "a b=c d" x="y z" -- init',
  ]),
  ofText('parseGroups', parseGroups, ['# groups\nweb: www1 node003-node010 db*\nall: *\n']),
  ofText('parseHosts', parseHosts, ['127.0.0.1 localhost\n10.0.0.1\twww1.example.com www1 # ours\n::1 ip6 \r\n# end']),
  ofText('parseRoutes', parseRoutes, ['10.9.0.0/16 via 10.0.0.254, 10.8.0.0/16', '10.1.2.3']),
  ofText('parseIpv4', parseIpv4, ['10.0.0.1', '255.255.255.255']),
  ofText('parseNetmask', parseNetmask, ['255.255.255.0', '24', '0xffffff00']),
  ofText('parseMatch', parseMatch, ['serial=S1,wwn=0x5000,size=20GiB,bus=nvme,path=pci-0000:00:04.0']),
  ofText('parseLayout', parseLayout, [layoutText]),
  ofText('parseTable', (text) => parseTable('/dev/sda', text), [dump]),
  ofText('parsePartType', (text) => parsePartType(text, 'gpt'), [
    'linux',
    '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
    '0x83',
  ]),
  ofText('parseSize', (text) => parseSize(text, 512), ['20GiB', '1.5TB', '2048', '17 MiB']),
  ofText('splitWords', (text) => [splitWords(text), splitWords(text, true)], [
    'size=1MiB, type="BIOS boot", keep, x = y',
  ]),
  ofBytes('parseTail', parseTail, [printTail({ firstByte: 100, bytes: 2000, sha256: 'ab'.repeat(32) })]),
  ofBytes('parseLocalCfg', (bytes) => parseLocalCfg(bytes, 'local.cfg'), [Buffer.from(localCfg)]),
  ofText('parseSums', parseSums, [`${'0a'.repeat(32)}  boot/kernel\n${'f0'.repeat(32)} *./local.cfg\n`]),
  ofBytes('parseSignatureLists', parseSignatureLists, [signatureList(certificates.authority)]),
  ofBytes('readSignatures', readSignatures, [signedProgram(signature(certificates.signer, certificates.authority))]),
  ofBytes('readFat', (bytes) => readFat(bufferReader(bytes)), [tinyFat()]),
  ofBytes('readIso', (bytes) => readIso(bufferReader(bytes)), [tinyIso('HOSTNAME=a\n')]),
  ofText('parseMac', parseMac, ['52:54:00:00:00:01', '52-54-00-00-00-01', '525400000001']),
  ofText('parseBootif', parseBootif, ['01-52-54-00-00-00-01']),
  ofText('parseMountedFilesystems', parseMountedFilesystems, [
    '/dev/sda2 on / type ext4 (rw,relatime,errors=remount-ro)\n/dev/sda1 on /boot/efi type vfat (rw,umask=0077)\nproc on /a b on c type proc (rw)\n',
  ]),
  ofText('parseMountinfo', parseMountinfo, [
    '36 35 98:0 /mnt1 /a\\040b rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n37 36 0:22 /@ / rw shared:1 - btrfs /dev/sda2 rw,subvol=/@\n',
  ]),
  ofText('parseScript', parseScript, [
    `#!/bin/sh\nset -e\nboel layout --image 'web_v1' <<'LAYOUT' # comment\n${layoutText}LAYOUT\nboel partition\necho "$HOME" > /a/x\nboel finish reboot\n`,
  ]),
  ofText('parseProgress', parseProgress({ totalBytes: 100 } as never), [
    '  1,234,567  12%   11.22MB/s    0:00:10 (xfr#5, to-chk=10/20)',
  ]),
];
