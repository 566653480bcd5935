import { type GoldenOptions, goldenUuids } from '../assets/golden.ts';
import { gptFor, mbrWithLogical, type TreeLayout } from '../assets/layouts.ts';
import { type Row, row } from './harness/row.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { logIn, typeCommand } from './parts/log-in.ts';
import { blank, makeSite, typed, web1 } from './parts/site.ts';

type Case = { firmware: 'bios' | 'uefi'; golden: GoldenOptions; layout: TreeLayout };

/** Room for a kernel and its initramfs beside the loader. */
const roomy = ({ text, parts }: TreeLayout): TreeLayout => ({ text: text.replace('size=64MiB', 'size=300MiB'), parts });

const cases: Record<string, Case> = {
  'systemd-boot, Debian 13, UEFI': {
    firmware: 'uefi',
    golden: { release: 'trixie', network: 'networkd', loader: 'systemd-boot' },
    layout: roomy(gptFor('uefi', 'ext4')),
  },
  'extlinux, BIOS, dos': {
    firmware: 'bios',
    golden: { network: 'ifupdown', loader: 'extlinux' },
    layout: mbrWithLogical('ext4'),
  },
};

export default Object.entries(cases).map(
  ([name, { firmware, golden, layout }]): Row =>
    row({
      name: `an image without grub: ${name}`,
      covers: [
        'install/boot/',
        'install/boot-files/',
        'install/bootloaders/',
        'install/identity/',
        'install/initramfs/',
        'runtime/verbs/',
      ],
      seconds: 240,
      async run(test) {
        const site = await makeSite(test, { layout: layout.text, golden, ip: 'static' });
        const disk = await blank(test, '3G');
        const nics = [{ wire: site.wire }];
        const vm = await test.boot({ firmware, direct: await site.direct(typed), disks: [disk], nics, noReboot: true });
        await vm.console('The machine switches itself off.', { withinS: 400 });
        await vm.off();
        const parts = layout.parts.map(({ number, type, dir }) => ({ disk, number, type, dir }));
        await expectInstalled(vm, site.tree, parts, ['boot/efi/**']);
        const installed = await test.boot({ name: 'installed', firmware, disks: [disk], nics });
        await logIn(installed, web1.host);
        // Neither its devices nor its machine-id: systemd would take that from the command line.
        const swap = layout.text.includes(goldenUuids.swap) ? [] : ['resume'];
        const foreign = [...swap, '0123456789abcdef'].join('|');
        await typeCommand(installed, `grep -q root=UUID= /proc/cmdline && ! grep -Eq '${foreign}' /proc/cmdline`);
        await typeCommand(
          installed,
          '! grep -q 0123456789abcdef /etc/machine-id && ip -4 address show scope global | grep -q inet',
        );
        await installed.kill();
      },
    }),
);
