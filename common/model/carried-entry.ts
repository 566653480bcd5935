import { z } from 'zod';
import type { AbsPath } from '../system/place.ts';

/** Where a running machine leaves a note for BOEL: in the initrd that it gives BOEL beside BOEL's own. */
export const carriedEntryFile: AbsPath = '/etc/systemimager/carried-entry.json';

/** How the entry of its own boot loader has started BOEL on a machine. */
export const CarriedEntry = z.object({
  /** The way, as grub. */
  way: z.string().max(40),
  /** True if the next start is the old system, as long as its disk is not written. */
  fallsBack: z.boolean(),
  /** A file that the boot loader reads and could not write itself: as it must be, so that the old system starts again. */
  clears: z
    .object({
      /** Of the filesystem, as blkid(8) prints it. */
      uuid: z.string().regex(/^[\w-]{4,64}$/),
      type: z.string().regex(/^[a-z0-9_]{2,20}$/),
      /** From the top of the filesystem. */
      path: z.templateLiteral(['/', z.string()]),
      content: z.string().max(64 * 1024),
    })
    .optional(),
  /** The label of entries in the firmware's menu that have done their work. */
  firmwareLabel: z.string().max(80).optional(),
});
export type CarriedEntry = z.infer<typeof CarriedEntry>;
