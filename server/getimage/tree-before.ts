import type { CliContext } from '../../common/cli.ts';
import { under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { readRecord } from '../config/json-file.ts';
import { captureFile, CaptureRecord } from '../images/capture-record.ts';
import { listImages } from '../images/modules.ts';
import { earlierVersion } from '../images/versions.ts';
import type { CaptureOptions } from './capture-options.ts';
import { type Before, growthOf } from './growth.ts';
import type { Source } from './source.ts';

/** What the new tree begins with; undefined for the first capture. */
export async function treeBefore(
  context: CliContext,
  options: CaptureOptions,
  isThere: boolean,
): Promise<Before | undefined> {
  const { images } = serverPaths(context.root);
  const base = isThere ? options.image : await versionBefore(context, options.image, options.source);
  if (base === undefined) return undefined;
  const at = under(images, base);
  const best = await growthOf(context.io, images, at, options.dryRun);
  // A snapshot shares as much, and no link reaches from one subvolume into another.
  return { image: base, at, by: options.sharesLinks && best !== 'snapshot' ? 'hard links' : best };
}

/**
 * The image that a new version begins with: the version before it, if this is of the same golden client. Files of two machines
 * that were made alike may differ although their size and time are the same.
 */
async function versionBefore(context: CliContext, image: string, source: Source): Promise<string | undefined> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const before = earlierVersion(await listImages(io, paths), image);
  if (before === undefined) return undefined;
  const { record, broken } = await readRecord(io, captureFile(paths, before), CaptureRecord);
  if (broken !== undefined) context.print(`${image} begins anew, and not with ${before}: ${broken}`);
  return record?.goldenClient === source.host ? before : undefined;
}
