import { z } from 'zod';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';

/** manifests/NAME.capture.json: where an image came from. */
export const CaptureRecord = z.object({
  version: z.literal(1),
  /** The golden client as it was named to getimage. */
  goldenClient: z.string(),
  /** ISO 8601, UTC. */
  capturedAt: z.string(),
});
export type CaptureRecord = z.infer<typeof CaptureRecord>;

/** The file of an image's record. */
export function captureFile(paths: Pick<ServerPaths, 'manifests'>, image: string): AbsPath {
  return under(paths.manifests, `${image}.capture.json`);
}
