import { bootloaders } from '../install/bootloaders/index.ts';
import { filesystems } from '../install/filesystems/index.ts';
import { transports } from '../install/transports/index.ts';
import { mergeNeeds, type Needs } from '../common/model/needs.ts';
import { discoveryNeeds } from './discovery/needs.ts';
import { verbs } from './verbs/index.ts';

/** Everything that the registered parts need in the initrd. */
export const allNeeds: Required<Needs> = mergeNeeds([
  discoveryNeeds,
  ...[verbs, filesystems, transports, bootloaders].flatMap((parts) => parts.map((part) => part.needs)),
]);
