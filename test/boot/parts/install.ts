import { diskWithFiles } from '../../assets/disk.ts';
import type { Disk } from '../../../vm/qemu/machine.ts';
import type { RowContext } from '../harness/row.ts';
import type { Vm, Wish } from '../harness/vm.ts';
import { wireNetwork } from '../harness/wire.ts';
import { type Combination, goldenOf, layoutOf } from './combination.ts';
import { foreignDhcp } from './dhcp.ts';
import { expectInstalled } from './expect-installed.ts';
import { expectReachable } from './expect-reachable.ts';
import { blank, makeSite, type Site, web1 } from './site.ts';

/** From the boot of BOEL to the end of an installation, s. */
const installS = 900;
/** From the start of an installed system to its login, s. */
const loginS = 300;

/** The directory on which the EFI system partition is mounted, made before the image came: nobody sees its time. */
const belowEsp = 'boot/efi';

/** All of the identity as a person writes it on a stick. */
const localCfg = [
  `HOSTNAME=${web1.host}`,
  `IPADDR=${web1.ip}`,
  `NETMASK=${wireNetwork.netmask}`,
  `IMAGESERVER=${wireNetwork.server}`,
  '',
].join('\n');

/** Installs a blank machine, compares its tree with the image, and lets it start by itself up to its login and its network. */
export async function expectInstallation(test: RowContext, one: Combination): Promise<void> {
  const layout = layoutOf(one);
  const isPxe = one.identity === 'PXE';
  const site = await makeSite(test, {
    layout: layout.text,
    golden: goldenOf(one),
    dhcp: isPxe,
    ip: one.identity === 'local.cfg' ? 'static' : 'dhcp',
    afterwards: isPxe ? 'reboot' : 'poweroff',
    ...(one.identity === 'hosts file'
      ? { server: { hosts: `${web1.ip} ${web1.host}.example.org ${web1.host}\n` } }
      : {}),
  });
  const size = one.diskSize ?? (one.imageSize ? '4G' : '2G');
  const files = [await blank(test, size), ...(one.hasTwoDisks ? [await blank(test, '1G', 'second')] : [])];
  const disks = files.map((file): Disk => {
    return { file, bus: one.bus, sectorBytes: one.sectorBytes };
  });
  const nics = [{ wire: site.wire, model: one.bus === 'sata' ? ('e1000e' as const) : ('virtio-net-pci' as const) }];
  const { firmware, memoryMb = 1024 } = one;
  const machine: Wish = { firmware, memoryMb, disks, nics };
  const compare = (vm: Vm) =>
    expectInstalled(
      vm,
      site.tree,
      layout.parts.map(({ disk, ...part }) => ({
        ...part,
        disk: files[disk] ?? '',
        sectorBytes: one.sectorBytes ?? 512,
      })),
      [belowEsp],
    );

  let installed: Vm;
  if (isPxe) {
    installed = await test.boot({ ...machine, bootFrom: 'network' });
    await installed.console('The machine starts again, from its own disk.', { withinS: installS });
    await installed.console('reboot: Restarting system');
    await installed.frozen(() => compare(installed));
    // After a restart of the machine QEMU's NVMe may lose I/O for minutes, which a start of QEMU does not.
    if (one.bus === 'nvme') {
      await installed.kill();
      installed = await test.boot({ ...machine, name: 'installed' });
    }
  } else {
    const vm = await installDirectly(test, site, one, machine);
    await compare(vm);
    installed = await test.boot({ ...machine, name: 'installed' });
  }
  await installed.console(`${web1.host} login:`, { withinS: loginS });
  await expectReachable(site.wire, web1.ip);
  await installed.kill();
}

async function installDirectly(test: RowContext, site: Site, one: Combination, machine: Wish): Promise<Vm> {
  const { identity } = one;
  const sticks: Disk[] = [];
  if (identity === 'local.cfg')
    sticks.push({
      file: await diskWithFiles(test.scratch, 'stick', '64M', { 'local.cfg': localCfg }),
      bus: 'usb',
      removable: true,
    });
  else {
    const ptr = identity === 'reverse DNS' ? { ptr: `${web1.host}.example.org` } : {};
    await foreignDhcp(test, site.wire, { mac: web1.mac, ip: web1.ip, ...ptr });
  }
  const vm = await test.boot({
    ...machine,
    disks: [...(machine.disks ?? []), ...sticks],
    direct: await site.direct(''),
    noReboot: true,
  });
  await vm.console('The machine switches itself off.', { withinS: installS });
  await vm.off();
  return vm;
}
