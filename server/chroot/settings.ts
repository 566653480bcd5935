import { z } from 'zod';
import { absPath } from '../../common/system/place.ts';

const Path = z.string().startsWith('/').transform(absPath);

/** The only argument of the program in the namespace, as JSON. */
export const ChrootSettings = z.object({
  /** The image's tree. */
  tree: Path,
  argv: z.tuple([z.string()], z.string()),
  env: z.record(z.string(), z.string()),
  /** Our files that replace the image's while the command runs: the path in the image, and the path of our file. */
  shown: z.array(z.object({ path: Path, from: Path })),
  /** Files for the empty /run. */
  written: z.array(z.object({ path: Path, content: z.string() })),
});
export type ChrootSettings = z.infer<typeof ChrootSettings>;
