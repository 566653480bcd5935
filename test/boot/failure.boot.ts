import { isUntouched } from '../assets/disk.ts';
import { layouts, masterScript } from '../assets/scripts.ts';
import { type Row, row } from './harness/row.ts';
import { bootDirect, expectFailure } from './parts/identify.ts';
import { blank, image, makeSite, typed, web1 } from './parts/site.ts';

const failing = (name: string, run: Row['run']): Row =>
  row({ name: `stops: ${name}`, covers: ['runtime/', 'install/layout/', 'common/model/layout/'], seconds: 40, run });

/** The disk is a hole: not one block was written. */
async function expectUntouched(...disks: string[]): Promise<void> {
  for (const disk of disks) if (!(await isUntouched(disk))) throw new Error(`${disk} was written to`);
}

export default [
  failing('no DHCP answer: it says so, goes on asking, and does not boot again', async (test) => {
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

  failing('a host without a script', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed.replace(web1.host, 'nobody'), { disks: [disk] }, [
      'host nobody has no script on image server',
      'addclients --hosts nobody',
    ]);
    await expectUntouched(disk);
  }),

  failing('an image that the server does not have', async (test) => {
    const scripts = { 'web1.sh': masterScript({ image: 'gone_v1', layout: layouts.oneExt4 }) };
    const site = await makeSite(test, { layout: layouts.oneExt4, server: { scripts } });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed, { disks: [disk] }, ['gone_v1']);
    await expectUntouched(disk);
  }),

  failing('a disk that is too small', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disk = await blank(test, '300M');
    await expectFailure(test, site, typed, { disks: [disk] }, ['does not fit on /dev/vda']);
    await expectUntouched(disk);
  }),

  failing('one disk more than the script has, until a --match says which', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disks = [await blank(test, '2G', 'first'), await blank(test, '2G', 'second')];
    const named = disks.map((file, at) => ({ file, bus: 'virtio' as const, serial: `DISK${at}` }));
    await expectFailure(test, site, typed, { disks: named }, [/--match.*serial=DISK/]);
    await expectUntouched(...disks);
    const vm = await bootDirect(test, site, `${typed} DISKS=serial=DISK1`, { name: 'matched', disks: named });
    await vm.console('partition: Write the partition table of /dev/vdb', { withinS: 180 });
    await vm.kill();
    await expectUntouched(disks[0] ?? '');
  }),

  failing('a script that is no script', async (test) => {
    const scripts = {
      [`${image}.master`]: '<!DOCTYPE html>\n<html>404</html>\n',
      'web1.sh': { linkTo: `${image}.master` },
    };
    const site = await makeSite(test, { layout: layouts.oneExt4, server: { scripts } });
    const disk = await blank(test, '2G');
    await expectFailure(test, site, typed, { disks: [disk] }, ['scripts/web1.sh on']);
    await expectUntouched(disk);
  }),
];
