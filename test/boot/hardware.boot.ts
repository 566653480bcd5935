import assert from 'node:assert/strict';
import { blankDisk } from '../assets/disk.ts';
import { boel } from '../assets/boel.ts';
import { row } from './harness/row.ts';

/** Network cards that QEMU emulates (qemu-system-x86_64 -device help), each with the driver it must get. */
const cards: readonly (readonly [device: string, driver: string])[] = [
  ['e1000', 'e1000'],
  ['e1000e', 'e1000e'],
  ['rtl8139', '8139cp'],
  ['vmxnet3', 'vmxnet3'],
  ['pcnet', 'pcnet32'],
  ['ne2k_pci', 'ne2k-pci'],
  ['i82559er', 'e100'],
  ['tulip', 'tulip'],
  ['usb-net,bus=usb.0', 'cdc_ether'],
];

/** Disk controllers beside those of every other row, each with what hangs a disk on it. */
const controllers: readonly (readonly [controller: string, disk: string])[] = [
  // QEMU's piix3 gets no I/O ports behind a bridge.
  ['piix3-ide,id=piix3,bus=pcie.0', 'ide-hd,bus=piix3.0'],
  ['ahci,id=ahci', 'ide-hd,bus=ahci.0'],
  ['lsi53c895a,id=lsi', 'scsi-hd,bus=lsi.0'],
  ['am53c974,id=am', 'scsi-hd,bus=am.0'],
  ['megasas,id=mega', 'scsi-hd,bus=mega.0'],
  ['megasas-gen2,id=mega2', 'scsi-hd,bus=mega2.0'],
  ['pvscsi,id=pv', 'scsi-hd,bus=pv.0'],
  ['usb-uas,id=uas,bus=usb.0', 'scsi-hd,bus=uas.0'],
  // The size of an SD card is a power of two.
  ['sdhci-pci', 'sd-card'],
];

/** In MiB: each disk has a size of its own, by which it is known again. */
const sizeOf = (disk: string, at: number) => (disk === 'sd-card' ? 128 : 64 + at);
const onBridge = (device: string, bridge: string) => (device.includes('bus=') ? device : `${device},bus=${bridge}`);
const quiet = 'console=ttyS0,115200 loglevel=4 rootfstype=ramfs';

export default row({
  name: 'hardware: BOEL drives network cards and disk controllers of many makers',
  covers: ['kernel-config/', 'builder/kernel/', 'runtime/discovery/settle.ts', 'machine/'],
  seconds: 70,
  async run(test) {
    const files = await boel();
    const extra = ['-device', 'pci-bridge,id=a,chassis_nr=1', '-device', 'pci-bridge,id=b,chassis_nr=2'];
    for (const [at, [card]] of cards.entries())
      extra.push('-netdev', `user,id=card${at}`, '-device', `${onBridge(card, 'a')},netdev=card${at}`);
    for (const [at, [controller, disk]] of controllers.entries()) {
      const file = await blankDisk(test.scratch, `disk${at}`, `${sizeOf(disk, at)}M`);
      extra.push('-drive', `if=none,id=drive${at},format=raw,cache=unsafe,file=${file}`);
      extra.push('-device', onBridge(controller, 'b'), '-device', `${disk},drive=drive${at}`);
    }
    // An address that is none stops the session once all drivers are loaded, and a shell opens.
    const vm = await test.boot({ direct: { ...files, append: `${quiet} IPADDR=none` }, extra });
    await vm.console('The installation stopped', { withinS: 120 });
    await vm.console('boel:~# ');
    await vm.send(
      'for card in /sys/class/net/*; do readlink $card/device/driver; done; cat /proc/partitions; echo that is $((1)) list',
    );
    await vm.console('that is 1 list');
    const text = await vm.text();
    for (const [, driver] of cards) assert.match(text, new RegExp(`/drivers/${driver}$`, 'm'));
    for (const [at, [controller, disk]] of controllers.entries())
      assert.match(text, new RegExp(` ${sizeOf(disk, at) * 1024} \\w+$`, 'm'), controller);
    await vm.kill();
  },
});
