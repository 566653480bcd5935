import { z } from 'zod';
import type { AbsPath } from '../../common/system/place.ts';

/** Where an initrd of BOEL says what it is. */
export const boelFactsAt: AbsPath = '/etc/boel.json';

/** What an initrd of BOEL says of itself. */
export const BoelFacts = z.object({
  /** The release of SystemImager. */
  version: z.string(),
  architecture: z.string(),
  /** As `uname -r` prints it: the kernel that the modules of the initrd belong to. */
  kernel: z.string(),
  /** A key of the sources that BOEL was built from: the same sources have the same key. */
  sources: z.string(),
  /** What the parts of BOEL need: programs by their paths, and modules of the kernel. */
  needs: z.object({ programs: z.array(z.string()), modules: z.array(z.string()) }),
});
export type BoelFacts = z.infer<typeof BoelFacts>;
