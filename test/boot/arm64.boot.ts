import assert from 'node:assert/strict';
import { realIo } from '../../common/system/real-io.ts';
import { systemimager } from '../assets/boel.ts';
import { diskWithFiles } from '../assets/disk.ts';
import { withProgramsOf } from '../assets/foreign-programs.ts';
import { type GoldenOptions, goldenTree } from '../assets/golden.ts';
import { gptFor } from '../assets/layouts.ts';
import { autoinstallCd } from '../assets/media.ts';
import { layouts } from '../assets/scripts.ts';
import { serverRoot } from '../assets/server-root.ts';
import { run } from './harness/processes.ts';
import { type Row, row } from './harness/row.ts';
import type { Wish } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { expectIdentity, identified, setting } from './parts/identify.ts';
import { needsArm64 } from './parts/needs-arm64.ts';
import { blank, image, makeSite, web1 } from './parts/site.ts';
import { expectUntouched } from './parts/stops.ts';

/** Parts of the tree that know of architectures. */
const covers = [
  'builder/',
  'common/boot/',
  'kernel-config/',
  'vm/qemu/',
  'install/bootloaders/',
  'server/netboot/',
  'server/dhcp/',
  'server/serve/',
];

const arm64 = (name: string, seconds: number, work: Row['run']): Row =>
  row({
    name: `arm64: ${name}`,
    covers,
    seconds,
    run: async (test) => {
      await needsArm64(test);
      await work(test);
    },
  });

const scripts = { [`${image}.master`]: '#!/bin/sh\n', 'web1.sh': { linkTo: `${image}.master` } };
const localCfg = `HOSTNAME=web1\r\nIPADDR=${web1.ip}\r\nNETMASK=${wireNetwork.netmask}\r\nIMAGESERVER=${wireNetwork.server}\r\n`;

const golden: GoldenOptions = { arch: 'arm64', network: 'networkd' };

/** A machine with UEFI. */
const uefi = { arch: 'arm64', firmware: 'uefi' } as const satisfies Wish;

export default [
  arm64('a machine says who it is, by a local.cfg on a USB stick', 90, async (test) => {
    const site = await makeSite(test, { arch: 'arm64', layout: layouts.oneExt4, server: { scripts } });
    const stick = await diskWithFiles(test.scratch, 'stick', '64M', { 'local.cfg': localCfg });
    await expectIdentity(test, site, '', { disks: [{ file: stick, bus: 'usb', removable: true }] }, [
      setting('HOSTNAME', 'web1', 'removable local.cfg'),
      setting('IMAGESERVER', wireNetwork.server, 'removable local.cfg'),
      'Script: web1.sh',
    ]);
  }),

  arm64('a CD starts by UEFI, and says who the machine is', 150, async (test) => {
    const site = await makeSite(test, { arch: 'arm64', layout: layouts.oneExt4, server: { scripts } });
    const cd = await autoinstallCd(test.scratch, site.root, localCfg, 'ACTION=identify', 'arm64');
    const nics = [{ wire: site.wire }];
    const vm = await test.boot({ ...uefi, nics, cds: [cd], bootFrom: 'cd', noReboot: true });
    await vm.console('Found local.cfg on /dev/sr0', { withinS: 300 });
    await vm.console(setting('HOSTNAME', web1.host, 'removable local.cfg'), { withinS: 60 });
    await vm.console(identified);
    await vm.off();
  }),

  arm64(
    'PXE starts BOEL by grub where the server has no iPXE; an amd64 image is refused, and the disk stays as it was',
    240,
    async (test) => {
      const site = await makeSite(test, {
        arch: 'arm64',
        layout: gptFor('uefi', 'ext4').text,
        dhcp: true,
        server: { toml: 'append = "ONFAIL=poweroff"\n' },
      });
      const disk = await blank(test, '2G');
      const vm = await test.boot({ ...uefi, disks: [disk], nics: [{ wire: site.wire }], bootFrom: 'network' });
      await vm.console('web1 boots the installer: web1 has not been installed yet.', { withinS: 180 });
      await vm.console('image web_v1 has a kernel for processors of the kind x64, and this machine is arm64', {
        withinS: 600,
      });
      await vm.console('ONFAIL=poweroff', { withinS: 60 });
      await vm.off();
      await expectUntouched(disk);
    },
  ),

  arm64('chroot works in an arm64 image by qemu-user, and refuses the image without qemu-user', 60, async (test) => {
    const tree = await goldenTree(golden);
    const root = await serverRoot(test.scratch, { arch: 'arm64', images: { [image]: tree }, scripts });
    const argv = systemimager('--root', root, 'chroot', image, '--', 'uname', '-m');
    const { stdout } = await run(withProgramsOf('arm64', argv));
    assert.equal(stdout, 'aarch64\n');
    // An arm64 machine, or one where the package has told the kernel already.
    if ((await realIo.run({ argv: ['chroot', tree, '/bin/true'] })).code === 0) return;
    const refused = await realIo.run({ argv });
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /image web_v1 has programs for processors of the kind arm64, and this machine is/);
  }),

  arm64('a machine installs itself from a CD without a network, and starts its own disk', 1500, async (test) => {
    const layout = gptFor('uefi', 'ext4');
    const site = await makeSite(test, { arch: 'arm64', layout: layout.text, golden, isEmpty: true });
    const cd = await autoinstallCd(test.scratch, site.root, 'HOSTNAME=web1\n', 'ONFAIL=poweroff', 'arm64', [image]);
    const disk = await blank(test, '2G');
    const machine = { ...uefi, cpus: 2, disks: [disk] };
    const vm = await test.boot({ ...machine, cds: [cd], bootFrom: 'cd' });
    await vm.console('Images come from the medium: web_v1', { withinS: 600 });
    await vm.console('The machine switches itself off.', { withinS: 1800 });
    await vm.off({ withinS: 120 });
    const parts = layout.parts.map(({ number, type, dir }) => ({ disk, number, type, dir }));
    // A tar holds no socket.
    await expectInstalled(vm, site.tree, parts, ['boot/efi', 'srv/odd/socket']);
    const installed = await test.boot({ ...machine, name: 'installed' });
    await installed.console(`${web1.host} login:`, { withinS: 600 });
    await installed.kill();
  }),
];
