import { readFileSync } from 'node:fs';
import path from 'node:path';

const lvm = '../../assets/golden/volumes/lvm/etc';

/** What prepareclient wrote on a golden client with volumes, and its fstab, by path. */
export const golden = Object.fromEntries(
  ['fstab', 'systemimager/storage.json', 'systemimager/mounted_filesystems', 'systemimager/partitionschemes/sda'].map(
    (name) => [`/etc/${name}`, readFileSync(path.join(import.meta.dirname, lvm, name), 'utf8')],
  ),
);

export const fstab = `# /etc/fstab
UUID=11111111-2222-4333-8444-555555555555 / ext4 defaults,errors=remount-ro 0 1
LABEL=EFI /boot/efi vfat umask=0077 0 1
/dev/sda3 none swap sw 0 0
server:/srv\\040a /srv nfs rw,noauto 0 0
/swapfile none swap sw 0 0
tmpfs /tmp tmpfs size=10% 0 0
/srv/a /b none bind
`;

export const keaConf = `// mine
{ "Dhcp4": {
    "interfaces-config": { "interfaces": [ ] }, /* here */
    "option-data": [ { "code": 224, "space": "dhcp4", "data": "x" } ],
    "subnet4": [
        { "id": 7, "subnet": "10.0.0.0/24", # also mine
          "pools": [ { "pool": "10.0.0.5 - 10.0.0.9" } ],
          "reservations": [ { "hw-address": "52:54:00:00:00:99", "ip-address": "10.0.0.3", "hostname": "a\\u00e9" }, ]
        }
    ],
}, "Other": [1, -2.5e3, true, null] }
`;

/** A tar with a file, a link and a pax header: POSIX.1-2017, pax(1). */
export function tarOf(): Buffer {
  const member = (name: string, type: string, content: string, link = '') => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\x000000000\x000000000\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(link, 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
  };
  return Buffer.concat([
    member('web/', '5', ''),
    member('x', 'x', '30 mtime=1767225600.123456789\n'),
    member('web/a', '0', 'hello'),
    member('web/b', '1', '', 'web/a'),
    member('web/l', '2', '', '/etc/hosts'),
    Buffer.alloc(1024),
  ]);
}

/** A 64-bit ELF file with a program header, a dynamic section and .modinfo: elf(5). */
export function elfOf(): Buffer {
  const bytes = Buffer.alloc(0x600);
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(3, 0x10);
  bytes.writeUInt16LE(62, 0x12);
  bytes.writeBigUInt64LE(0x40n, 0x20);
  bytes.writeBigUInt64LE(0x100n, 0x28);
  const sizes = [0x40, 0x38, 3, 0x40, 4, 2];
  for (const [at, size] of sizes.entries()) bytes.writeUInt16LE(size, 0x34 + at * 2);
  const segment = (at: number, type: number, offset: number, size: number) => {
    bytes.writeUInt32LE(type, at);
    for (const [place, value] of [offset, offset, offset, size, size].entries())
      bytes.writeBigUInt64LE(BigInt(value), at + 8 + place * 8);
  };
  segment(0x40, 1, 0, 0x600);
  segment(0x78, 2, 0x400, 0x50);
  segment(0xb0, 3, 0x300, 28);
  const section = (number: number, name: number, type: number, offset: number, size: number) => {
    const at = 0x100 + number * 0x40;
    bytes.writeUInt32LE(name, at);
    bytes.writeUInt32LE(type, at + 4);
    bytes.writeBigUInt64LE(BigInt(offset), at + 0x18);
    bytes.writeBigUInt64LE(BigInt(size), at + 0x20);
  };
  section(1, 1, 1, 0x320, 60);
  section(2, 10, 3, 0x380, 30);
  section(3, 20, 3, 0x3a0, 40);
  bytes.write('/lib64/ld-linux-x86-64.so.2\0', 0x300);
  bytes.write('depends=a,b\0alias=pci:v*d*\0softdep=pre: c post: d\0firmware=x.bin\0', 0x320);
  bytes.write('\0.modinfo\0.dynstr\0\0.shstrtab\0', 0x380);
  bytes.write('\0libc.so.6\0/usr/lib/x\0', 0x3a0);
  for (const [at, [tag, value]] of [
    [1, 1],
    [29, 11],
    [5, 0x3a0],
    [10, 40],
    [0, 0],
  ].entries()) {
    bytes.writeBigUInt64LE(BigInt(tag ?? 0), 0x400 + at * 16);
    bytes.writeBigUInt64LE(BigInt(value ?? 0), 0x408 + at * 16);
  }
  return bytes;
}
