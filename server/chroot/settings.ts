import { z } from 'zod';
import { absPath } from '../../common/system/place.ts';

const Path = z.string().startsWith('/').transform(absPath);

/** What the program in the namespace of its own is told: one argument, as JSON. */
export const ChrootSettings = z.object({
  /** The image's tree. */
  tree: Path,
  argv: z.tuple([z.string()], z.string()),
  env: z.record(z.string(), z.string()),
  /** Files of ours that take the place of the image's while it runs: where each is shown, and where it lies here. */
  shown: z.array(z.object({ path: Path, from: Path })),
  /** Files for the empty /run. */
  written: z.array(z.object({ path: Path, content: z.string() })),
});
export type ChrootSettings = z.infer<typeof ChrootSettings>;
