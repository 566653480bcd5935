import { bootloaders } from '../install/bootloaders/index.ts';
import { filesystems } from '../install/filesystems/index.ts';
import { transports } from '../install/transports/index.ts';
import { mergeNeeds, type Needs } from '../common/model/needs.ts';
import { discoveryNeeds } from './discovery/needs.ts';
import { verbs } from './verbs/index.ts';

/** What everything in BOEL stands on. */
const ground: Needs = {
  programs: {},
  modules: [],
  kernel: [
    // Node, busybox and shell scripts.
    ...'FUTEX EPOLL EVENTFD SHMEM MULTIUSER BINFMT_ELF BINFMT_SCRIPT UNIX98_PTYS FILE_LOCKING INET UNIX'.split(' '),
    // What /init mounts; the root of BOEL is a squashfs file that is compressed by zstd.
    ...'PROC_FS SYSFS DEVTMPFS TMPFS BLK_DEV_LOOP SQUASHFS SQUASHFS_ZSTD'.split(' '),
  ],
};

const parts: readonly Needs[] = [
  ground,
  discoveryNeeds,
  ...[verbs, filesystems, transports, bootloaders].flatMap((kind) => kind.map((part) => part.needs)),
];

/** Everything that the registered parts need in the initrd. */
export const allNeeds: Required<Needs> = mergeNeeds(parts);

/** What the parts need of the kernel's configuration, but for parts that need one of these modules. */
export const kernelOptionsWithout = (modules: readonly string[]): string[] =>
  mergeNeeds(parts.filter((needs) => !needs.modules.some((name) => modules.includes(name)))).kernel;
