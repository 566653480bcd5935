import path from 'node:path';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { unpackClient } from '../assets/client.ts';
import type { GoldenOptions } from '../assets/golden.ts';
import { gptFor, mbrWithLogical, type TreeLayout } from '../assets/layouts.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import type { Vm } from './harness/vm.ts';
import { wireNetwork } from './harness/wire.ts';
import { logIn, typeCommand } from './parts/log-in.ts';
import { blank, makeSite, type Site, typed, web1 } from './parts/site.ts';

type Case = { firmware: 'bios' | 'uefi'; golden: GoldenOptions; layout: TreeLayout; loader: string };

/** Room for kernel and initrd of the installer beside the loader. */
const roomy = ({ text, parts }: TreeLayout): TreeLayout => ({ text: text.replace('size=64MiB', 'size=400MiB'), parts });

const cases: Record<string, Case> = {
  'BIOS, grub': { firmware: 'bios', golden: { network: 'ifupdown' }, layout: mbrWithLogical('ext4'), loader: 'grub' },
  'UEFI, BootNext': {
    firmware: 'uefi',
    golden: { network: 'networkd' },
    layout: roomy(gptFor('uefi', 'ext4')),
    loader: 'boot-next',
  },
  'UEFI, systemd-boot': {
    firmware: 'uefi',
    golden: { release: 'trixie', network: 'networkd', loader: 'systemd-boot' },
    layout: roomy(gptFor('uefi', 'ext4')),
    loader: 'systemd-boot',
  },
  'BIOS, grub on btrfs': {
    firmware: 'bios',
    golden: { network: 'ifupdown' },
    layout: mbrWithLogical('btrfs'),
    loader: 'grub',
  },
  'BIOS, extlinux': {
    firmware: 'bios',
    golden: { network: 'ifupdown', loader: 'extlinux' },
    layout: mbrWithLogical('ext4'),
    loader: 'extlinux',
  },
};

const updateclient = '/opt/systemimager-client/updateclient -autoinstall';
const order = `${updateclient} -server ${wireNetwork.server} -config`;

/** An installed machine with the client on it, logged in; each installation writes another number to /etc/installation. */
async function installed(test: RowContext, { firmware, golden, layout }: Case): Promise<{ site: Site; vm: Vm }> {
  const site = await makeSite(test, { layout: layout.text, golden, ip: 'static' });
  const override = path.join(site.root, 'var/lib/systemimager/overrides/host', web1.host);
  await mkdir(path.join(override, 'opt'), { recursive: true });
  await mkdir(path.join(override, 'etc'));
  await unpackClient(path.join(override, 'opt'));
  await writeFile(path.join(override, 'etc/installation'), 'first\n');
  const disk = await blank(test, '4G');
  const nics = [{ wire: site.wire, mac: web1.mac }];
  const first = await test.boot({ firmware, direct: await site.direct(typed), disks: [disk], nics, noReboot: true });
  await first.console('The machine switches itself off.', { withinS: 600 });
  await first.off();
  await writeFile(path.join(override, 'etc/installation'), 'second\n');
  const vm = await test.boot({ name: 'running', firmware, disks: [disk], nics });
  await logIn(vm, web1.host);
  await typeCommand(vm, 'grep -q first /etc/installation');
  return { site, vm };
}

const covers = ['client/reinstall/', 'client/commands/', 'install/boot-entries/', 'runtime/discovery/', 'machine/'];

const rows = Object.entries(cases).map(
  ([name, one]): Row =>
    row({
      name: `a running machine reinstalls itself, without medium and DHCP: ${name}`,
      covers,
      seconds: 420,
      async run(test) {
        const { site, vm } = await installed(test, one);
        // The installation ends with a restart in place of a power-off.
        const script = path.join(site.root, 'var/lib/systemimager/scripts/web_v1.master');
        const text = await readFile(script, 'utf8');
        await writeFile(script, text.replaceAll(/^boel finish poweroff/gm, 'boel finish reboot'));
        const loader = one.loader === 'boot-next' ? '' : `--loader ${one.loader}`;
        await typeCommand(vm, `${order} ${loader}`);
        await typeCommand(vm, `${updateclient} --check`);
        await vm.send('reboot');
        await vm.console(`Started by an entry of the machine’s own boot loader (${one.loader})`, { withinS: 300 });
        await logIn(vm, web1.host);
        await typeCommand(vm, 'grep -q second /etc/installation');
        await typeCommand(vm, `ip -4 address | grep -q ${web1.ip}/`);
        await typeCommand(vm, '! test -e /boot/systemimager');
        await vm.kill();
      },
    }),
);

const bios = cases['BIOS, grub'] as Case;

export default [
  ...rows,
  row({
    name: 'a running machine that cannot start its installer starts its old system; an order is taken back whole',
    covers,
    seconds: 420,
    async run(test) {
      const { vm } = await installed(test, bios);
      const sums = 'find /boot /local.cfg -type f ! -name grubenv -exec sha256sum {} + 2>/dev/null | sort';
      await typeCommand(vm, `${sums} >/root/before; ${order} && ${updateclient} --undo; ${sums} | cmp - /root/before`);
      await typeCommand(vm, `${order} && dd if=/dev/zero of=/boot/systemimager/initrd.img bs=1M count=4 conv=notrunc`);
      await typeCommand(vm, `! ${updateclient} --check`);
      await vm.send('sync; reboot');
      await vm.console('Kernel panic', { withinS: 300 }).catch(() => undefined);
      await logIn(vm, web1.host);
      await typeCommand(vm, 'grep -q first /etc/installation');
      await vm.kill();
    },
  }),
  row({
    name: 'a running machine starts its installer at once by kexec',
    covers,
    seconds: 420,
    async run(test) {
      const { vm } = await installed(test, bios);
      await vm.send(`${order} --now`);
      await vm.console('Started by an entry of the machine’s own boot loader (kexec)', { withinS: 300 });
      await vm.console('The machine switches itself off.', { withinS: 600 });
      await vm.off();
    },
  }),
];
