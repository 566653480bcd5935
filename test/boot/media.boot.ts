import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { boelDisk } from '../assets/boel-disk.ts';
import { diskWithFiles, floppy } from '../assets/disk.ts';
import type { SourceName } from '../../common/model/settings.ts';
import type { GoldenOptions } from '../assets/golden.ts';
import { gptFor } from '../assets/layouts.ts';
import {
  autoinstallCd,
  autoinstallDiskette,
  autoinstallUsb,
  bootServerFolder,
  changeLocalCfg,
  servedIso,
} from '../assets/media.ts';
import { layouts } from '../assets/scripts.ts';
import type { Disk } from '../../vm/qemu/machine.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import { byHttpOnly, macOf, type Vm, type Wish } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { foreignDhcp } from './parts/dhcp.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { expectReachable } from './parts/expect-reachable.ts';
import { setting } from './parts/identify.ts';
import { blank, makeSite, type Site, type SiteWish, web1 } from './parts/site.ts';

const medium = (name: string, run: Row['run']): Row =>
  row({
    name: `medium: ${name}`,
    covers: [
      'builder/media/',
      'syslinux/',
      'common/boot/',
      'server/iso/',
      'runtime/discovery/',
      'install/bootloaders/',
      'templates/',
    ],
    seconds: 180,
    run,
  });

/** A golden client that starts with Secure Boot. */
const signedGolden: GoldenOptions = { network: 'networkd', extra: ['shim-signed', 'grub-efi-amd64-signed'] };

const toml = (httpBoot: string) => `[dhcp]\nhttp_boot = "${httpBoot}"\n`;

const siteOf = (test: RowContext, wish: Partial<SiteWish>) =>
  makeSite(test, { layout: layouts.oneExt4, afterwards: 'reboot', ...wish });

/** All that a machine must know, as a person writes it on the medium. */
const localCfg = `HOSTNAME=${web1.host}\r\nIPADDR=${web1.ip}\r\nNETMASK=${wireNetwork.netmask}\r\nIMAGESERVER=${wireNetwork.server}\r\n`;

/** A machine says who it is, with what the medium tells. */
async function expectIdentified(
  test: RowContext,
  site: Site,
  wish: Wish,
  where: string,
  source: SourceName = 'removable local.cfg',
): Promise<void> {
  const vm = await test.boot({ nics: [{ wire: site.wire }], memoryMb: 512, noReboot: true, ...wish });
  await vm.console(`Found local.cfg on ${where}`, { withinS: 240 });
  await vm.console(setting('HOSTNAME', web1.host, source), { withinS: 60 });
  await vm.console('the lines above say who the machine is; nothing was installed');
  await vm.off();
  await vm.kill();
}

/** A machine that installs itself starts again, from the disk that was installed. */
async function expectOwnDisk(vm: Vm, site: Site, disk: string): Promise<void> {
  await vm.console('The machine starts again, from its own disk.', { withinS: 900 });
  await vm.console('reboot: Restarting system');
  await vm.frozen(() => expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]));
  await vm.console(`${web1.host} login:`, { withinS: 300 });
  await expectReachable(site.wire, web1.ip);
  await vm.kill();
}

/** A machine installs itself from a medium, and starts its own disk though the medium stays where it is. */
async function expectFromMedium(test: RowContext, site: Site, wish: Wish): Promise<void> {
  const disk = await blank(test, '2G');
  const vm = await test.boot({ disks: [disk], nics: [{ wire: site.wire }], ...wish });
  await expectOwnDisk(vm, site, disk);
}

/** A machine installs itself from a medium and switches itself off; then it starts its own disk, and the medium is gone. */
async function expectInstallationOnce(test: RowContext, site: Site, wish: Wish): Promise<void> {
  const disk = await blank(test, '2G');
  const nics = [{ wire: site.wire }];
  const vm = await test.boot({ nics, ...wish, disks: [...(wish.disks ?? []), disk] });
  await vm.console('The machine switches itself off.', { withinS: 900 });
  await vm.off();
  await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
  const installed = await test.boot({ name: 'installed', disks: [disk], nics });
  await installed.console(`${web1.host} login:`, { withinS: 300 });
  await installed.kill();
}

export default [
  medium('a floppy with a static local.cfg, where no DHCP server is', async (test) => {
    const site = await siteOf(test, { ip: 'static' });
    const cfg = `HOSTNAME="${web1.host}"\r\nIPADDR=${web1.ip}\r\nexport NETMASK='${wireNetwork.netmask}' # of all\r\nIMAGESERVER=${wireNetwork.server}\r\n`;
    const floppies = [await autoinstallDiskette(test.scratch, [], cfg)];
    await expectFromMedium(test, site, { floppies, bootFrom: 'floppy' });
  }),

  medium(
    'a floppy of 2.88 MB without local.cfg; the second card has DHCP, which names the image server',
    async (test) => {
      const site = await siteOf(test, { dhcp: true, ip: 'dhcp' });
      const floppies = [await autoinstallDiskette(test.scratch, ['-size', '2880'])];
      await expectFromMedium(test, site, {
        floppies,
        bootFrom: 'floppy',
        nics: [
          { isAlone: true, mac: macOf(7), model: 'e1000' },
          { wire: site.wire, mac: web1.mac },
        ],
      });
    },
  ),

  medium('pxelinux of a TFTP server that is not ours gives kernel and initrd', async (test) => {
    const site = await siteOf(test, { ip: 'dhcp', afterwards: 'poweroff' });
    const flags = ['-server', wireNetwork.server, '-default', 'install'];
    const folder = await bootServerFolder(test.scratch, site.root, flags);
    const { host: name, mac, ip } = web1;
    await foreignDhcp(test, site.wire, { mac, ip, name, boot: { folder, file: 'pxelinux.0' } });
    await expectInstallationOnce(test, site, { bootFrom: 'network' });
  }),

  medium('a CD, by a BIOS; and the same CD on a USB stick, which says who the machine is', async (test) => {
    const site = await siteOf(test, { ip: 'static', afterwards: 'poweroff' });
    const cd = await autoinstallCd(test.scratch, site.root, localCfg, 'ONFAIL=poweroff');
    await expectInstallationOnce(test, site, { cds: [cd], bootFrom: 'cd' });
    const stick = await autoinstallCd(test.scratch, site.root, localCfg, 'ACTION=identify');
    const disks: Disk[] = [{ file: stick, bus: 'usb', removable: true, isCopied: true }];
    await expectIdentified(test, site, { name: 'stick', disks }, '/dev/sda');
  }),

  medium(
    'the hard disk itself, which the machine then installs; by BIOS, and by UEFI to the identity',
    async (test) => {
      const site = await siteOf(test, { ip: 'static' });
      const disk = await boelDisk(test.scratch, site.tree, '2G', localCfg, 'ONFAIL=poweroff');
      const wish: Wish = { disks: [disk], nics: [{ wire: site.wire }] };
      const vm = await test.boot(wish);
      await vm.console('grub of the disk starts BOEL', { withinS: 60 });
      await vm.console('Found local.cfg on /dev/vda3', { withinS: 240 });
      await expectOwnDisk(vm, site, disk);
      const efi = await boelDisk(test.scratch, site.tree, '2G', localCfg, 'ACTION=identify');
      const identified: Wish = { name: 'uefi', firmware: 'uefi', disks: [efi], bootFrom: 'disk' };
      await expectIdentified(test, site, identified, '/dev/vda3', 'hard disk local.cfg');
    },
  ),

  medium('a CD whose local.cfg was changed by inspect says who the machine is now', async (test) => {
    const site = await siteOf(test, { ip: 'static' });
    const cd = await autoinstallCd(test.scratch, site.root, localCfg.replace(web1.host, 'nobody'), 'ACTION=identify');
    await changeLocalCfg(test.scratch, cd, localCfg);
    await expectIdentified(test, site, { cds: [cd], bootFrom: 'cd' }, '/dev/sr0');
  }),

  medium(
    'a superfloppy on a USB stick, by a BIOS: a FAT without a table of partitions, with kernel and initrd',
    async (test) => {
      const site = await siteOf(test, { ip: 'static', afterwards: 'poweroff' });
      const flags = ['-superfloppy', '-append', 'ONFAIL=poweroff'];
      const file = await autoinstallDiskette(test.scratch, flags, localCfg.replace(web1.host, 'nobody'), site.root);
      await changeLocalCfg(test.scratch, file, localCfg);
      await expectInstallationOnce(test, site, { disks: [{ file, bus: 'usb', removable: true, isCopied: true }] });
    },
  ),

  medium(
    'a stick of mkautoinstallusb, by a BIOS; by UEFI with Secure Boot; and with sectors of 4096 bytes',
    async (test) => {
      const site = await siteOf(test, { ip: 'static', afterwards: 'poweroff' });
      const stickOf = async (flags: readonly string[]) => {
        const file = await autoinstallUsb(test.scratch, site.root, localCfg, flags);
        return { file, bus: 'usb', removable: true, isCopied: true } as const;
      };
      const stick = await stickOf(['-append', 'ONFAIL=poweroff']);
      const disk = await blank(test, '2G');
      const nics = [{ wire: site.wire }];
      const vm = await test.boot({ disks: [stick, disk], nics });
      await vm.console('The machine switches itself off.', { withinS: 900 });
      await vm.off();
      await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
      const says = ['-append', 'ACTION=identify'];
      const uefi: Wish = { name: 'uefi', firmware: 'uefi', secureBoot: true, disks: [await stickOf(says)] };
      await expectIdentified(test, site, uefi, '/dev/sda1');
      // OVMF of Debian 12 reads no sectors of 4096 bytes over USB, whatever lies in them.
      const large: Disk = { ...(await stickOf([...says, '-sector', '4096'])), bus: 'nvme', sectorBytes: 4096 };
      const machine: Wish = { name: 'large', firmware: 'uefi', disks: [large] };
      await expectIdentified(test, site, machine, '/dev/nvme0n1p1', 'hard disk local.cfg');
    },
  ),

  medium('the local.cfg of a floppy beats that of the CD, which beats that of the hard disk', async (test) => {
    const site = await siteOf(test, { ip: 'static' });
    const cdCfg = localCfg.replace(web1.host, 'cd').concat('PROTECT=from-cd\n');
    const cds = [await autoinstallCd(test.scratch, site.root, cdCfg, 'ACTION=identify')];
    const diskCfg = 'HOSTNAME=disk\nPROTECT=from-disk\nDOMAINNAME=disk.example\n';
    const disks = [await diskWithFiles(test.scratch, 'disk', '64M', { 'local.cfg': diskCfg })];
    const floppies = [await floppy(test.scratch, 'a', 'vfat', { 'local.cfg': `HOSTNAME=${web1.host}\n` })];
    const nics = [{ wire: site.wire }];
    const vm = await test.boot({ cds, disks, floppies, nics, bootFrom: 'cd', memoryMb: 512, noReboot: true });
    await vm.console(setting('HOSTNAME', web1.host, 'floppy local.cfg'), { withinS: 240 });
    await vm.console(setting('DOMAINNAME', 'disk.example', 'hard disk local.cfg'));
    await vm.console(setting('PROTECT', 'from-cd', 'removable local.cfg'));
    await vm.off();
    await vm.kill();
  }),

  medium('a CD on a USB stick, by UEFI with Secure Boot; and as a CD, by UEFI', async (test) => {
    const layout = gptFor('uefi', 'ext4');
    const site = await siteOf(test, {
      layout: layout.text,
      golden: signedGolden,
      ip: 'static',
      afterwards: 'poweroff',
    });
    const file = await autoinstallCd(test.scratch, site.root, localCfg, 'ONFAIL=poweroff');
    const disk = await blank(test, '2G');
    const machine: Wish = { firmware: 'uefi', secureBoot: true, nics: [{ wire: site.wire }] };
    const vm = await test.boot({ ...machine, disks: [{ file, bus: 'usb', removable: true, isCopied: true }, disk] });
    // Fails where the firmware does not enforce Secure Boot.
    await vm.console('secureboot: Secure boot enabled', { withinS: 180 });
    await vm.console('The machine switches itself off.', { withinS: 900 });
    await vm.off();
    const parts = layout.parts.map(({ number, type, dir }) => ({ disk, number, type, dir }));
    await expectInstalled(vm, site.tree, parts, ['boot/efi']);
    const installed = await test.boot({ ...machine, name: 'installed', disks: [disk] });
    await installed.console(`${web1.host} login:`, { withinS: 300 });
    await installed.kill();
    const cd = await autoinstallCd(test.scratch, site.root, localCfg, 'ACTION=identify');
    await expectIdentified(test, site, { name: 'cd', firmware: 'uefi', cds: [cd], bootFrom: 'cd' }, '/dev/sr0');
  }),

  medium('a CD by UEFI: rescue opens a shell, and local starts the disk of the machine', async (test) => {
    const site = await siteOf(test, { ip: 'static' });
    const cds = [await autoinstallCd(test.scratch, site.root, localCfg, '')];
    const disks = [await boelDisk(test.scratch, site.tree, '2G', localCfg, 'ACTION=identify')];
    const machine: Wish = { firmware: 'uefi', cds, disks, bootFrom: 'cd', memoryMb: 512, nics: [{ wire: site.wire }] };
    /** Presses the key for down so often, and Enter. */
    const choose = async (name: string, times: number) => {
      const vm = await test.boot({ ...machine, name });
      await vm.console('local: start the system on the disk of this machine', { withinS: 120 });
      await vm.send('\u001b[B'.repeat(times));
      return vm;
    };
    // The menu: install, again, rescue, local.
    const rescue = await choose('rescue', 2);
    await rescue.console('ACTION=shell: nothing was installed.', { withinS: 240 });
    await rescue.kill();
    const local = await choose('local', 3);
    await local.console('grub of the disk starts BOEL', { withinS: 60 });
    await local.kill();
  }),

  medium('UEFI HTTP boot: the ISO as a RAM disk, with Secure Boot; and iPXE', async (test) => {
    const layout = gptFor('uefi', 'ext4');
    const site = await siteOf(test, {
      layout: layout.text,
      golden: signedGolden,
      dhcp: true,
      server: { toml: toml('iso') },
    });
    await servedIso(site.root);
    const disk = await blank(test, '2G');
    const machine: Wish = { firmware: 'uefi', extra: byHttpOnly, bootFrom: 'network', nics: [{ wire: site.wire }] };
    const vm = await test.boot({ ...machine, secureBoot: true, disks: [disk], memoryMb: 1536 });
    await vm.console(`URI: http://${wireNetwork.server}:8181/iso/boel.iso`, { withinS: 120 });
    await vm.console('secureboot: Secure boot enabled', { withinS: 180 });
    await vm.console('Found local.cfg on /dev/pmem0', { withinS: 120 });
    await vm.console(setting('HOSTNAME', web1.host, 'removable local.cfg'), { withinS: 60 });
    await vm.console('The machine starts again, from its own disk.', { withinS: 900 });
    await vm.console('reboot: Restarting system');
    const parts = layout.parts.map(({ number, type, dir }) => ({ disk, number, type, dir }));
    await vm.frozen(() => expectInstalled(vm, site.tree, parts, ['boot/efi']));
    // The firmware asks for the ISO again, gets none, and goes on with the disk.
    await vm.console('>>Start HTTP Boot', { withinS: 120 });
    await vm.console(`${web1.host} login:`, { withinS: 300 });
    await vm.kill();

    await site.stopServer();
    await writeFile(
      path.join(site.root, 'etc/systemimager/server.toml'),
      `append = "ACTION=identify"\n${toml('ipxe')}`,
    );
    await site.startServer();
    const stranger = { wire: site.wire, mac: macOf(9) };
    const other = await test.boot({ ...machine, name: 'ipxe', nics: [stranger], memoryMb: 512, noReboot: true });
    await other.console(`URI: http://${wireNetwork.server}:8181/ipxe/snponly.efi`, { withinS: 120 });
    await other.console(`${macOf(9)} boots the installer`, { withinS: 120 });
    await other.console('Asking DHCP', { withinS: 240 });
    await other.kill();
  }),
];
