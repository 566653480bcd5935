import { layouts } from '../assets/scripts.ts';
import { row } from './harness/row.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { blank, makeSite, typed, web1 } from './parts/site.ts';

export default row({
  name: 'direct boot, BIOS: one ext4 disk, compared, login',
  covers: ['runtime/', 'install/', 'builder/', 'server/serve/', 'common/'],
  seconds: 150,
  async run(test) {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const disk = await blank(test, '2G');
    const nics = [{ wire: site.wire }];
    const vm = await test.boot({ direct: await site.direct(typed), disks: [disk], nics, noReboot: true });
    await vm.console('The machine switches itself off.', { withinS: 400 });
    await vm.off();
    await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
    const installed = await test.boot({ name: 'installed', disks: [disk], nics });
    await installed.console(`${web1.host} login:`, { withinS: 180 });
    await installed.kill();
  },
});
