import type { GoldenOptions } from '../assets/golden.ts';
import { gptFor } from '../assets/layouts.ts';
import { row } from './harness/row.ts';
import type { Vm, Wish } from './harness/vm.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { logIn, typeCommand } from './parts/log-in.ts';
import { blank, makeSite, web1 } from './parts/site.ts';

const layout = gptFor('uefi', 'ext4');
const golden: GoldenOptions = { network: 'networkd', extra: ['shim-signed', 'grub-efi-amd64-signed'] };

/** EFI_GLOBAL_VARIABLE of the UEFI specification, 3.3: after four bytes of attributes, 1 where Secure Boot is on. */
const isSecure =
  'od -An -tu1 -j4 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c | grep -qw 1';

export default row({
  name: 'UEFI with Secure Boot: installs by PXE, and by PXE starts its own disk',
  covers: [
    'install/boot/',
    'install/boot-files/',
    'install/bootloaders/',
    'server/netboot/',
    'server/dhcp/',
    'server/serve/',
    'templates/',
    'builder/',
  ],
  seconds: 330,
  async run(test) {
    const site = await makeSite(test, {
      layout: layout.text,
      golden,
      dhcp: true,
      ip: 'dhcp',
      afterwards: 'reboot',
      server: { toml: '[dhcp]\nsecure_boot = true\n' },
    });
    const disk = await blank(test, '2G');
    const machine: Wish = {
      firmware: 'uefi',
      secureBoot: true,
      disks: [disk],
      nics: [{ wire: site.wire }],
      bootFrom: 'network',
    };
    const vm: Vm = await test.boot(machine);
    await vm.console('web1 boots the installer: web1 has not been installed yet.', { withinS: 120 });
    await vm.console('The machine starts again, from its own disk.', { withinS: 900 });
    await vm.console('reboot: Restarting system');
    const parts = layout.parts.map(({ number, type, dir }) => ({ disk, number, type, dir }));
    await vm.frozen(() => expectInstalled(vm, site.tree, parts, ['boot/efi']));
    // The network is asked first again.
    await vm.console('web1 starts its own disk: installed web_v1.', { withinS: 180 });
    await logIn(vm, web1.host);
    await typeCommand(vm, isSecure);
    await vm.kill();
  },
});
