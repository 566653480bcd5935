import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { layouts, masterScript } from '../assets/scripts.ts';
import type { Disk } from '../../vm/qemu/machine.ts';
import { bootDirect, expectFailure } from './parts/identify.ts';
import { blank, image, makeSite, typed, web1 } from './parts/site.ts';
import { expectUntouched, stops } from './parts/stops.ts';

/** Disks among which somebody has to choose; the line that BOEL shows is pasted into the script. */
const disksToChoose: {
  name: string;
  kinds: Omit<Disk, 'file'>[];
  wanted: string;
  outcome: string;
  isWritten: boolean;
}[] = [
  {
    name: 'one disk more than the script has, until the line it shows is in the script',
    kinds: [{ bus: 'virtio' }, { bus: 'virtio' }],
    wanted: 'DISK1',
    outcome: 'partition: Write the partition table of',
    isWritten: true,
  },
  {
    name: 'only a removable disk, until the line it shows is in the script; then, that the image cannot start from USB',
    kinds: [{ bus: 'usb', removable: true }],
    wanted: 'DISK0',
    // Debian's cloud kernel has no USB.
    outcome: 'which the disk hangs on',
    isWritten: false,
  },
];

const masterOf = `var/lib/systemimager/scripts/${image}.master`;

export default [
  stops('no DHCP answer: it says so, goes on asking, and does not boot again', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, isEmpty: true });
    const disk = await blank(test, '2G');
    const vm = await bootDirect(test, site, '', { disks: [disk] });
    await vm.console('Asking DHCP on eth0', { withinS: 120 });
    await vm.console('Waiting for a DHCP answer', { withinS: 60 });
    await vm.console('Waiting for a DHCP answer', { withinS: 120 });
    if (/reboot: /.test(await vm.text())) throw new Error('it booted again');
    await vm.kill();
    await expectUntouched(disk);
  }),

  stops('a host without a script', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed.replace(web1.host, 'nobody'), { disks: [disk] }, [
      'host nobody has no script on image server',
      'addclients -client nobody -image NAME',
    ]);
    const heard = await readFile(path.join(test.logs, 'serve.log'), 'utf8');
    if (!heard.includes(`${web1.mac}: the installation failed: error: host nobody has no script`))
      throw new Error(`the server did not hear of the failure:\n${heard}`);
    await expectUntouched(disk);
  }),

  stops('the shell on the serial line takes what is typed at once', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const vm = await bootDirect(test, site, `${typed.replace(web1.host, 'nobody')} ONFAIL=shell`, {});
    await vm.console('host nobody has no script', { withinS: 180 });
    await vm.console(/boel:\S+# /, { withinS: 30 });
    await vm.send('poweroff');
    await vm.off({ withinS: 30 });
  }),

  stops('an image that the server does not have', async (test) => {
    const scripts = { 'web1.sh': masterScript({ image: 'gone_v1', layout: layouts.oneExt4 }) };
    const site = await makeSite(test, { layout: layouts.oneExt4, server: { scripts } });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed, { disks: [disk] }, ['gone_v1']);
    await expectUntouched(disk);
  }),

  stops('a disk that is too small', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disk = await blank(test, '300M');
    await expectFailure(test, site, typed, { disks: [disk] }, ['does not fit on /dev/vda']);
    await expectUntouched(disk);
  }),

  ...disksToChoose.map(({ name, kinds, wanted, outcome, isWritten }) =>
    stops(name, async (test) => {
      const site = await makeSite(test, { layout: layouts.oneExt4 });
      const disks = [];
      for (const [at, kind] of kinds.entries())
        disks.push({ file: await blank(test, '2G', `disk${at}`), serial: `DISK${at}`, ...kind });
      const vm = await bootDirect(test, site, typed, { disks });
      const [line = ''] = await vm.console(/\[disk \/dev\/sda --match serial=DISK\d\]/, { withinS: 180 });
      await vm.off();
      await expectUntouched(...disks.map((disk) => disk.file));
      const pasted = layouts.oneExt4.replace('[disk /dev/sda]', line.replace(/DISK\d/, wanted));
      await writeFile(path.join(site.root, masterOf), masterScript({ image, layout: pasted }));
      const again = await bootDirect(test, site, typed, { name: 'matched', disks });
      await again.console(outcome, { withinS: 180 });
      await again.kill();
      await expectUntouched(...disks.filter((disk) => !isWritten || disk.serial !== wanted).map((disk) => disk.file));
    }),
  ),
];
