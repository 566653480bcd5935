import type { Needs } from '../../common/model/needs.ts';
import type { Target } from '../../common/model/target.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ImageSource } from '../source/image-source.ts';

/**
 * A boot loader that an image may bring. One file each in this folder. `boot` takes the first whose probe gives facts,
 * in the order of the registry.
 */
export type Bootloader<Facts = unknown> = {
  name: string;
  needs: Needs;
  /** Facts on the boot loader in the image below `root`; undefined if the image does not use it. */
  probe(io: ReadIo, root: AbsPath, target: Target): Promise<Facts | undefined>;
  /**
   * Makes the machine boot the target: on this firmware, from these disks; `source` has files that the image lacks. Throws
   * UserError if the boot loader cannot do that.
   */
  plan(facts: Facts, root: AbsPath, target: Target, source?: ImageSource): Step[];
};
