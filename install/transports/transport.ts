import type { Needs } from '../../common/model/needs.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** A filesystem of the target. `posix` as in Filesystem; `keep`: nothing is brought to it, and nothing on it removed. */
export type FetchMount = { dir: string; posix: boolean; keep?: boolean; bytes?: number };

/** What to bring onto the mounted target. */
export type FetchRequest = {
  server: string;
  port: number;
  image: string;
  /** Where the target's root is mounted: /a. */
  target: AbsPath;
  /** Content of the image in bytes, for the percentage; undefined when the server could not tell. */
  totalBytes?: number;
  /** Mount points below the target, shallow first, root included. */
  mounts: FetchMount[];
  /** Hard-link groups of the image that these mounts split: paths of which the first was copied, the others were not. */
  splitLinks: string[][];
};

/** A way to bring an image to a machine. One file each in this folder. */
export type Transport = { name: string; needs: Needs; fetchImage(request: FetchRequest): Step[] };
