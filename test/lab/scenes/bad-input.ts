import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { root } from './tables.ts';

const gpt = '[disk /dev/sda]\nlabel: gpt\n';

/** Layouts that nobody can mean, and words of the one error that each gives. */
const bad: Record<string, { text: string; words: (string | RegExp)[] }> = {
  nothing: { text: '', words: ['there is no [disk NAME] section'] },
  'an error page of a web server': {
    text: '<!DOCTYPE html>\n<html><body>404</body></html>\n',
    words: ['line 1: stands before the first section'],
  },
  'bytes that are no text': { text: '\u0000\u0001[disk \u0007]\n', words: ['NUL'] },
  'a dump in a unit that nobody knows': {
    text: `${gpt}unit: cylinders\n1 : start=0, size=100\n${root('/dev/sda1')}`,
    words: ['unit: cylinders is not known'],
  },
  'a dump of an older sfdisk in megabytes': {
    text: `[disk /dev/sda]\n# partition table of /dev/sda\nUnits = megabytes of 1048576 bytes, counting from 0\n/dev/sda1 : start= 1, size= 100, Id=83\n`,
    words: ['Units line in a form that is not known'],
  },
  'partitions that overlap': {
    text: `${gpt}1 : start=2048, size=409600\n2 : start=206848, size=409600\n${root('/dev/sda1')}`,
    words: ['partitions 1 and 2 overlap'],
  },
  'a logical partition outside of the extended one': {
    text: `[disk /dev/sda]\nlabel: dos\n1 : start=2048, size=2048, type=5\n5 : start=8192, size=409600\n${root('/dev/sda5')}`,
    words: ['partition 5 does not lie in the extended one'],
  },
  'a label that sfdisk knows and we do not': {
    text: `[disk /dev/sda]\nlabel: sun\n1 : size=100MiB\n${root('/dev/sda1')}`,
    words: ['needs label: gpt or label: dos'],
  },
  'types of the other label': {
    text: `${gpt}1 : size=100MiB, type=83\n${root('/dev/sda1')}`,
    words: ['type=83 is not known for label: gpt'],
  },
  'a number that gpt does not have': { text: `${gpt}256 : size=100MiB\n`, words: ['numbers go from 1 to 255'] },
  'more than the disk has': {
    text: `${gpt}1 : size=8EiB\n${root('/dev/sda1')}`,
    words: ['size=8EiB is neither'],
  },
  'a terabyte more than the disk has': {
    text: `${gpt}1 : size=1TiB\n${root('/dev/sda1')}`,
    words: ['does not fit on', '1.0 TiB'],
  },
  'one UUID for two filesystems': {
    text: `${gpt}1 : size=100MiB\n2 : size=100MiB\n[filesystems]\n/dev/sda1 ext4 uuid=11111111-1111-4222-8333-444455556666\n/dev/sda2 ext4 uuid=11111111-1111-4222-8333-444455556666\n[mounts]\n/dev/sda1 / ext4\n`,
    words: ['is that of another line already'],
  },
  'a label that is too long, and a UUID that vfat cannot have': {
    text: `${gpt}1 : size=100MiB\n2 : size=100MiB\n[filesystems]\n/dev/sda1 xfs label=thirteen-chars\n/dev/sda2 vfat uuid=11111111-1111-4222-8333-444455556666\n[mounts]\n/dev/sda1 / xfs\n`,
    words: ['14 bytes, and xfs has room for 12', 'is no UUID of vfat'],
  },
  'a mount of what nobody makes': {
    text: `${gpt}1 : size=100MiB\n[filesystems]\n/dev/sda1 ext4\n[mounts]\n/dev/sda1 / ext4\nLABEL=home /home ext4\n`,
    words: ['no line of [filesystems] makes LABEL=home'],
  },
  'a partition that is an array and a filesystem': {
    text: `${gpt}1 : size=100MiB, type=raid\n[raid /dev/md0]\nlevel=1 devices=/dev/sda1\n[filesystems]\n/dev/sda1 ext4\n[mounts]\n/dev/sda1 / ext4\n`,
    words: ['/dev/sda1 is used by /dev/md0 already'],
  },
};

export const badInput: Scene[] = [
  scene({
    name: 'refused before a disk is touched',
    disks: ['virtio1'],
    tests: {
      ...Object.fromEntries(
        Object.entries(bad).map(([name, { text, words }]) => [name, (lab: Lab) => lab.refuses(text, words)]),
      ),
      'partition without a layout': (lab: Lab) => lab.fails(['partition'], ['no layout is known', 'boel layout']),
      'mount without a layout': (lab: Lab) => lab.fails(['mount'], ['no filesystem of the layout is mounted on /']),
      async 'partition after the disk became another one'(lab: Lab) {
        await lab.boel(['layout'], `${gpt}1 : type=linux\n${root('/dev/sda1')}`);
        await lab.sh(`sed -i 's/VIRTIO1/ANOTHER/' /run/boel/state.json`);
        await lab.fails(['partition'], ['serial VIRTIO1 now', 'boel resume']);
      },
    },
  }),
];
