import { bootloaders } from '../install/bootloaders/index.ts';
import { filesystems } from '../install/filesystems/index.ts';
import { transports } from '../install/transports/index.ts';
import { mergeNeeds, type Needs } from '../common/model/needs.ts';
import { verbs } from './verbs/index.ts';

/** What BOEL itself starts, besides busybox: modprobe(8) that finds a module by an alias without reading a long table. */
const ownNeeds: Needs = { programs: { '/sbin/modprobe': 'kmod' }, modules: [] };

/** Everything that the registered parts need in the initrd. */
export const allNeeds: Required<Needs> = mergeNeeds([
  ownNeeds,
  ...[verbs, filesystems, transports, bootloaders].flatMap((parts) => parts.map((part) => part.needs)),
]);
