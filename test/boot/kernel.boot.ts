import { blankDisk } from '../assets/disk.ts';
import { goldenKernel } from '../assets/golden.ts';
import { row } from './harness/row.ts';

export default row({
  name: 'the harness: a Debian kernel sees its disk and its card',
  covers: ['test/boot/harness/', 'test/assets/'],
  seconds: 20,
  async run(test) {
    const disks = [await blankDisk(test.scratch, 'disk', '64M')];
    const vm = await test.boot({
      direct: { ...(await goldenKernel()), append: 'console=ttyS0 break=premount' },
      disks,
      nics: [{ wire: await test.wire() }],
      noReboot: true,
    });
    await vm.console('(initramfs)');
    await vm.send('cat /proc/partitions; poweroff -f');
    await vm.console(/65536 vda$/m);
    await vm.off();
  },
});
