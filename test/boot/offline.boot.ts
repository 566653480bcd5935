import { deepEqual } from 'node:assert/strict';
import { link, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readFat } from '../../common/media/fat.ts';
import { partitionTypes, readGpt } from '../../common/media/gpt.ts';
import { readIso } from '../../common/media/iso9660.ts';
import { readStored } from '../../common/media/stored.ts';
import { readHandle } from '../../builder/media/read-handle.ts';
import { autoinstallCd, autoinstallUsb, changeLocalCfg } from '../assets/media.ts';
import { goldenTree } from '../assets/golden.ts';
import { layouts, masterScript } from '../assets/scripts.ts';
import type { Disk } from '../../vm/qemu/machine.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import type { Wish } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { blank, image, makeSite, type Site, web1 } from './parts/site.ts';

const offline = (name: string, seconds: number, run: Row['run']): Row =>
  row({
    name: `offline: ${name}`,
    covers: [
      'common/pack/',
      'common/system/frames.ts',
      'install/source/',
      'install/transports/',
      'builder/media/',
      'runtime/discovery/',
    ],
    seconds,
    run,
  });

/** A server that never runs: only its files are put on a medium. The image has an EFI system partition and an override. */
async function siteWithoutServer(test: RowContext, afterwards: 'poweroff' | 'reboot' = 'poweroff'): Promise<Site> {
  const site = await makeSite(test, { layout: layouts.golden, afterwards, isEmpty: true, server: { isApart: true } });
  const override = path.join(site.root, 'var/lib/systemimager/overrides/image', image, 'etc');
  await mkdir(override, { recursive: true });
  await writeFile(path.join(override, 'issue'), 'from an override\n');
  await linksOnEsp(path.join(site.root, 'var/lib/systemimager/images', image));
  return site;
}

/** What a FAT cannot hold, in the folder that becomes an EFI system partition: hard links, also to a file elsewhere, and a link. */
async function linksOnEsp(tree: string): Promise<void> {
  const at = (name: string) => path.join(tree, name);
  await writeFile(at('boot/efi/one.txt'), 'one');
  await link(at('boot/efi/one.txt'), at('boot/efi/two.txt'));
  await symlink('one.txt', at('boot/efi/three.txt'));
  await writeFile(at('bin-file'), 'elsewhere');
  await link(at('bin-file'), at('boot/efi/four.txt'));
}

/** The files that were linked lie on the EFI system partition, each for itself. */
async function expectLinksOnEsp(disk: string): Promise<void> {
  await using file = await open(disk);
  const read = readHandle(file);
  const gpt = await readGpt(read);
  const esp = gpt?.partitions.find(({ type }) => type === partitionTypes.esp);
  const files = (esp && (await readFat(read, esp.first * 512)))?.files;
  const found: Record<string, string> = {};
  for (const [name, one] of files ?? [])
    if (name.endsWith('.txt')) found[name] = String(await readStored(read, one, 100));
  deepEqual(found, { 'four.txt': 'elsewhere', 'one.txt': 'one', 'two.txt': 'one' });
}

/** What tells which image a machine has: /etc/issue, its name, and the files that differ from those of the golden tree. */
type Seen = { issue: string; host: string; differs: string[] };

/** A machine without a network card installs itself from a medium, and starts its own disk when the medium is gone. */
async function expectInstallation(
  test: RowContext,
  site: Site,
  { disks = [], ...wish }: Wish,
  { issue, host, differs }: Seen = { issue: 'from an override', host: web1.host, differs: [] },
): Promise<string> {
  const disk = await blank(test, '2G', `disk-${wish.name ?? 'machine'}`);
  const vm = await test.boot({ nics: [], memoryMb: 512, ...wish, disks: [...disks, disk] });
  await vm.console('Images come from the medium: ', { withinS: 300 });
  await vm.console('The machine switches itself off.', { withinS: 900 });
  await vm.off();
  // A tar holds no socket.
  const other = ['boot/efi', 'bin-file', 'srv/odd/socket', ...differs];
  await expectInstalled(vm, site.tree, [{ disk, number: 3, type: 'ext4', dir: '' }], other);
  const installed = await test.boot({
    name: `${wish.name ?? ''}installed`,
    firmware: wish.firmware ?? 'bios',
    disks: [disk],
    nics: [],
  });
  await installed.console(issue, { withinS: 300 });
  await installed.console(`${host} login:`, { withinS: 60 });
  await installed.kill();
  return disk;
}

const cfg = `HOSTNAME=${web1.host}\n`;

/** A second image and its machine, which the hosts file knows by its address. */
const db = { image: 'db_v2', host: 'db1', ip: `${wireNetwork.base}12` } as const;

/** A server that never runs, with two images, each of one machine; /etc/issue of a machine tells its image. */
async function siteWithTwoImages(test: RowContext): Promise<Site> {
  const layout = layouts.golden;
  const site = await makeSite(test, {
    layout,
    isEmpty: true,
    server: {
      isApart: true,
      images: Object.fromEntries(await Promise.all([image, db.image].map(async (name) => [name, await goldenTree()]))),
      scripts: {
        [`${image}.master`]: masterScript({ image, layout }),
        [`${db.image}.master`]: masterScript({ image: db.image, layout }),
        [`${web1.host}.sh`]: { linkTo: `${image}.master` },
        [`${db.host}.sh`]: { linkTo: `${db.image}.master` },
      },
      hosts: `${db.ip} ${db.host}\n`,
    },
  });
  for (const name of [image, db.image])
    await writeFile(path.join(site.root, 'var/lib/systemimager/images', name, 'etc/issue'), `from the image ${name}\n`);
  return site;
}

export default [
  offline('a CD with an image, on a machine without a network card, by a BIOS', 240, async (test) => {
    const site = await siteWithoutServer(test);
    const cd = await autoinstallCd(test.scratch, site.root, cfg, 'ONFAIL=poweroff', 'amd64', [image]);
    const disk = await expectInstallation(test, site, { cds: [cd], bootFrom: 'cd' });
    await expectLinksOnEsp(disk);
  }),

  offline('a stick with an image, by UEFI; and with sectors of 4096 bytes, to the identity', 300, async (test) => {
    const site = await siteWithoutServer(test);
    const stickOf = async (flags: readonly string[]) => {
      const file = await autoinstallUsb(test.scratch, site.root, cfg, ['-image', image, ...flags]);
      return { file, bus: 'usb', removable: true, isCopied: true } as const;
    };
    const stick = await stickOf(['-append', 'ONFAIL=poweroff']);
    await expectInstallation(test, site, { firmware: 'uefi', disks: [stick] });
    const large: Disk = {
      ...(await stickOf(['-append', 'ACTION=identify', '-sector', '4096'])),
      bus: 'nvme',
      sectorBytes: 4096,
    };
    const vm = await test.boot({ name: 'large', firmware: 'uefi', disks: [large], nics: [], noReboot: true });
    await vm.console('Medium with images: /dev/nvme0n1p3', { withinS: 300 });
    await vm.console('Images come from the medium: web_v1');
    await vm.console('the lines above say who the machine is; nothing was installed');
    await vm.off();
    await vm.kill();
  }),

  offline('a CD with two images: hosts file, host name and menu choose; by BIOS and by UEFI', 500, async (test) => {
    const site = await siteWithTwoImages(test);
    const address = `IPADDR=${db.ip}\nNETMASK=${wireNetwork.netmask}\n`;
    const images = [image, db.image];
    const cd = await autoinstallCd(test.scratch, site.root, address, 'ONFAIL=poweroff', 'amd64', images);
    const differs = ['etc/issue'];
    const ofDb = { issue: `from the image ${db.image}`, host: db.host, differs };
    await expectInstallation(test, site, { cds: [cd], bootFrom: 'cd' }, ofDb);

    const typed = await test.boot({
      name: 'typed',
      cds: [cd],
      nics: [],
      memoryMb: 512,
      bootFrom: 'cd',
      noReboot: true,
    });
    await typed.console('boot: ', { withinS: 60 });
    await typed.send(`${image} ACTION=identify`);
    await typed.console(`Script: ${image}.master`, { withinS: 300 });
    await typed.off();

    await changeLocalCfg(test.scratch, cd, cfg);
    const wish: Wish = { name: 'uefi', firmware: 'uefi', cds: [cd], bootFrom: 'cd' };
    await expectInstallation(test, site, wish, { issue: `from the image ${image}`, host: web1.host, differs });
  }),

  offline(
    'a medium that stays in its drive installs a machine once: CD by BIOS, stick by BIOS and UEFI',
    400,
    async (test) => {
      const site = await siteWithoutServer(test, 'reboot');
      const cd = await autoinstallCd(test.scratch, site.root, cfg, 'ONFAIL=poweroff', 'amd64', [image]);
      const disk = await blank(test, '2G');
      const vm = await test.boot({ disks: [disk], nics: [], cds: [cd], bootFrom: 'cd', memoryMb: 512 });
      await vm.console('The machine starts again, from its own disk.', { withinS: 900 });
      await vm.console('Put the CD out');
      // QEMU shuts the drive again when the machine is reset, as some drives do.
      const done = /This medium has installed this machine: web_v1 as web1, on \/dev\/vda3/;
      await vm.console(done, { withinS: 300 });
      await vm.console('Take the medium (/dev/sr0) out');
      await vm.kill();
      const stick = { file: cd, bus: 'usb', removable: true, isCopied: true } as const;
      const again = await test.boot({ name: 'bios', disks: [stick, disk], nics: [], memoryMb: 512 });
      await again.console(done, { withinS: 300 });
      await again.console('Take the medium (/dev/sda');
      await again.kill();
      const uefi = await test.boot({ name: 'uefi', firmware: 'uefi', disks: [stick, disk], nics: [] });
      // The disk was installed by a BIOS, so it has no loader for UEFI; what counts is that grub does not install.
      await uefi.console('Booting `local', { withinS: 120 });
      await uefi.kill();
    },
  ),

  offline('a CD whose image is damaged is refused by the name of the frame', 180, async (test) => {
    const site = await siteWithoutServer(test);
    const cd = await autoinstallCd(test.scratch, site.root, cfg, 'ONFAIL=poweroff', 'amd64', [image]);
    await damage(cd, `systemimager/images/${image}.pack`);
    const disk = await blank(test, '2G');
    const vm = await test.boot({ disks: [disk], nics: [], cds: [cd], bootFrom: 'cd', memoryMb: 512 });
    await vm.console(/frame \d+ of \d+ of \/run\/boel\/medium\/systemimager\/images\/web_v1\.pack is damaged/, {
      withinS: 600,
    });
    await vm.console('hold only a part of the image', { withinS: 30 });
    await vm.console('ONFAIL=poweroff');
    await vm.off();
  }),
];

/** Changes a byte in the middle of a file of an ISO. */
async function damage(iso: string, name: string): Promise<void> {
  await using file = await open(iso, 'r+');
  const found = (await readIso(readHandle(file)))?.files.get(name);
  const [extent] = found?.extents ?? [];
  if (!found || !extent) throw new Error(`${iso} has no ${name}`);
  const at = extent.offset + Math.floor(found.bytes / 2);
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, at);
}
