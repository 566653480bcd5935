import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tar from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseSums } from '../../common/media/sums.ts';
import { packBytes } from '../../common/pack/write-pack.ts';
import { absPath } from '../../common/system/place.ts';
import { cpio } from '../../test/helpers/cpio.ts';
import { tinyFat } from '../../test/helpers/tiny-fat.ts';
import { tinyIso } from '../../test/helpers/tiny-iso.ts';
import { syslinuxMenu } from '../media/menu.ts';
import { mediumLua, rescueLabel } from '../media/syslinux.ts';
import { inspect } from './inspect.ts';
import { addBoots, checkSums } from './inspect-volume.ts';
import { printReport } from './print.ts';
import { emptyReport } from './report.ts';
import { storedVolume } from './volume.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'inspect-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const reading = { signal: new AbortController().signal, say: () => {} };
const inspected = (content: Uint8Array) => {
  const file = path.join(dir, 'file');
  writeFileSync(file, content);
  return inspect(absPath(file), reading);
};

/** A volume with these texts. */
function volume(texts: Record<string, string | Buffer>, isWritable = true) {
  const all = Buffer.concat(Object.values(texts).map((text) => Buffer.from(text)));
  let offset = 0;
  const stored = Object.entries(texts).map(([name, text]) => {
    const extent = { offset, bytes: Buffer.from(text).length };
    offset += extent.bytes;
    return [name, { name, bytes: extent.bytes, extents: [extent] }] as const;
  });
  const read = async (at: number, bytes: number) => all.subarray(at, at + bytes);
  return storedVolume(read, new Map(stored), { name: 'the FAT', isWritable });
}
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

const cd = {
  'isolinux.bin': '',
  'syslinux.cfg': 'INCLUDE medium.cfg\nLABEL net\n\tCOM32 lua.c32\n\tAPPEND net.lua\nLABEL ipxe\n\tLINUX ipxe.krn\n',
  'medium.cfg': syslinuxMenu({
    id: '',
    labels: [
      { name: 'install', about: '', words: ['systemimager.default.IMAGESERVER=10.0.0.1', 'console=tty0'] },
      rescueLabel([]),
    ],
    images: [],
  }),
  'medium.lua': mediumLua({ server: '10.0.0.1', httpPort: undefined, append: '' }),
};

it('says what a CD starts without a key, with which words, and for whom', async () => {
  const report = emptyReport('x', 'iso', '');
  await addBoots(report, [volume({ ...cd, 'local.cfg': 'HOSTNAME=web1\nIPADDR=10.0.0.5\nNETMASK=24\n' })], undefined);
  expect(report.starts).toEqual([
    {
      by: 'BIOS (ISOLINUX)',
      label: 'install',
      labels: ['install', 'rescue', 'net'],
      does: 'installs the machine, and asks nobody',
      commandLine: 'systemimager.default.IMAGESERVER=10.0.0.1 console=tty0',
    },
  ]);
  expect([report.server?.address, report.forWhom, report.problems]).toEqual(['10.0.0.1', 'web1 (10.0.0.5)', []]);
});

it('names the images on a medium', async () => {
  const report = emptyReport('x', 'iso', '');
  const packs = { 'systemimager/images/web_v1.pack': '', 'systemimager/images/web_v1.pack.1': '' };
  await addBoots(report, [volume({ ...cd, ...packs, 'systemimager/overrides.pack': '' })], undefined);
  expect(report.images).toEqual(['web_v1']);
});

/** A pack of two folders, so of two frames, in one part for each of its frames, and one for the rest. */
async function packInParts(): Promise<Buffer[]> {
  const pack = tar.pack();
  for (const name of ['web_v1.systemimager/manifest', 'web_v1/etc/issue']) pack.entry({ name }, `content of ${name}`);
  pack.finalize();
  const parts: Buffer[] = [];
  for await (const part of packBytes(pack as AsyncIterable<Buffer>, 'x')) parts.push(part);
  return [...parts.slice(0, 2), Buffer.concat(parts.slice(2))];
}

it('names the image and the frame that is damaged, in whatever part of a pack', async () => {
  const at = (part: number) => `systemimager/images/web_v1.pack${part === 0 ? '' : `.${part}`}`;
  const parts = await packInParts();
  const files = () => Object.fromEntries(parts.map((part, index) => [at(index), Buffer.from(part)]));
  const checked = async (held: Record<string, Buffer>) => {
    const report = emptyReport('x', 'iso', '');
    const sums = Object.entries(files()).map(
      ([name, part]) => `${createHash('sha256').update(part).digest('hex')}  ${name}\n`,
    );
    await checkSums(report, volume({ ...held, SHA256SUMS: sums.join('') }), reading);
    return report.problems;
  };
  expect(await checked(files())).toEqual([]);
  const second = files();
  second[at(1)]?.writeUInt8(1, 20);
  expect(await checked(second)).toEqual([
    `the image web_v1: frame 2 of 2 is damaged (from byte 0 of ${at(1)} on)`,
    `${at(1)} on the FAT has another sum than SHA256SUMS lists: it is damaged`,
  ]);
  const torn = files();
  torn[at(2)]?.subarray(-40).fill(0);
  expect((await checked(torn))[0]).toMatch(/^the image web_v1 cannot be read: /);
});

it('demands no image server of a local.cfg beside images', async () => {
  const cfg = { 'local.cfg': 'IPADDR=10.0.0.5\nNETMASK=24\n' };
  const [report, other] = [emptyReport('x', 'iso', ''), emptyReport('x', 'iso', '')];
  await addBoots(report, [volume({ 'systemimager/images/web_v1.pack': '', ...cfg })], undefined);
  await addBoots(other, [volume(cfg)], undefined);
  expect([report.problems.length, other.problems.length]).toEqual([0, 1]);
});

it('says which server a floppy asks, and that local.cfg names another', async () => {
  const floppy = { ...cd, 'isolinux.bin': '', 'medium.cfg': 'DEFAULT net\n' };
  const report = emptyReport('x', 'floppy', '');
  await addBoots(report, [volume({ ...floppy, 'local.cfg': 'IMAGESERVER=10.0.0.9\n' })], undefined);
  expect([report.starts[0]?.does, report.namedServer, report.server]).toEqual([
    'asks the image server 10.0.0.1:8181 what the machine shall do',
    '10.0.0.1',
    { address: '10.0.0.9', from: 'local.cfg' },
  ]);
});

it('sees that BIOS and UEFI would give the kernel different words', async () => {
  const grub =
    "set default=install\nmenuentry 'install: x' --id install {\n\tlinux /boot/$arch/kernel console=ttyS1 'a b'\n";
  const report = emptyReport('x', 'iso', '');
  await addBoots(report, [volume(cd)], volume({ 'EFI/BOOT/grub.cfg': grub }));
  expect(report.starts[1]?.commandLine).toBe('console=ttyS1 a b');
  expect(report.problems).toEqual(['BIOS (ISOLINUX) and UEFI (shim and grub) give the kernel different words']);
});

it.each([
  ['HOSTNAME=web1\nIPADDR=10.0.0.5\n', 'NETMASK'],
  ['HOSTNAME=$(reboot)\n', 'an unquoted $'],
])('sees that BOEL would refuse the local.cfg %j', async (text, why) => {
  const report = emptyReport('x', 'iso', '');
  await addBoots(report, [volume({ ...cd, 'local.cfg': text })], undefined);
  expect(report.problems.join()).toContain(why);
});

it.each([
  [true, [], ['local.cfg was changed by hand after the medium was made']],
  [false, ['local.cfg on the FAT has another sum than SHA256SUMS lists: it is damaged'], []],
])('lets people edit local.cfg where they can (%s)', async (isWritable, problems, notes) => {
  const report = emptyReport('x', 'floppy', '');
  const sums = `${sha('linux')}  kernel\n${sha('old')}  local.cfg\n`;
  await checkSums(report, volume({ kernel: 'linux', 'local.cfg': 'new', SHA256SUMS: sums }, isWritable), reading);
  expect([report.goodFiles, report.problems, report.notes]).toEqual([1, problems, notes]);
  expect(parseSums(sums).size).toBe(2);
});

it('names each file that is missing or damaged', async () => {
  const report = emptyReport('x', 'iso', '');
  const sums = `${sha('linux')}  kernel\n${sha('a')}  gone\n`;
  await checkSums(report, volume({ kernel: 'linuX', SHA256SUMS: sums, more: '' }), reading);
  expect(report.problems).toEqual([
    'kernel on the FAT has another sum than SHA256SUMS lists: it is damaged',
    'gone is missing on the FAT',
  ]);
  expect(report.notes).toEqual(['1 more files lie on the FAT: more']);
  expect(printReport(report).at(-1)).toBe('NOT WHOLE: do not use it.');
});

it('knows media and initrds of others, and says so', async () => {
  const [fat, iso] = [await inspected(tinyFat()), await inspected(tinyIso('HOSTNAME=a\n'))];
  expect([fat.what, fat.isOurs]).toEqual(['a FAT filesystem: systemimager has not made it', false]);
  expect([iso.what, iso.isOurs]).toEqual(['an ISO 9660 medium: systemimager has not made it', false]);
  expect((await inspected(cpio(['init', 'conf/initramfs.conf']))).what).toContain('an initrd of initramfs-tools');
  expect((await inspected(cpio(['init', 'etc/boel-built']))).what).toBe('an initrd of BOEL');
});

it.each<[string, Uint8Array, string]>([
  ['an empty file', Buffer.alloc(0), 'is empty'],
  ['zeros', Buffer.alloc(100_000), 'it begins with zeros'],
  ['text', Buffer.from('hello'), '(5 bytes) is no medium, no kernel and no initrd'],
  ['half a FAT', tinyFat().subarray(0, 40_000), 'is cut off: it has 40000 of 65536 bytes'],
])('says of %s in one sentence what is wrong', async (_, content, why) => {
  await expect(inspected(content)).rejects.toThrow(why);
});
it('names a file that is not there', async () => {
  await expect(inspect(absPath(path.join(dir, 'absent')), reading)).rejects.toThrow('there is no');
});
