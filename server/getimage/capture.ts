import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { StepEvent } from '../../common/system/step-event.ts';
import type { Step } from '../../common/system/step.ts';
import { imagesMode, serverPaths } from '../config/paths.ts';
import { captureFile, type CaptureRecord } from '../images/capture-record.ts';
import { lockImage } from '../images/lock.ts';
import { manifestFile } from '../images/manifest/file.ts';
import { makeManifest } from '../images/manifest/make.ts';
import { growingName, oldName, planSweep } from '../images/old-trees.ts';
import { isSealed, planSeal, planUnseal } from '../images/sealed.ts';
import { planFinish, planSwap, type Swap } from '../images/swap.ts';
import type { CaptureOptions } from './capture-options.ts';
import { choose, isUnchanged, type Taken } from './choose.ts';
import { type Description, fetchDescription } from './description.ts';
import { type Before, hasSubvolumes } from './growth.ts';
import { type CaptureWish, planCapture, planFarewell } from './plan.ts';
import { expectedBytes, needsRoom } from './room.ts';
import type { Source } from './source.ts';
import { treeBefore } from './tree-before.ts';

/** Takes the golden client's files as the image, or brings the image up to date. The next call continues a broken capture. */
export async function captureImage(context: CliContext, options: CaptureOptions): Promise<void> {
  const { io, root, signal } = context;
  const { image, source, dryRun } = options;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const [at, growing] = [under(paths.images, image), under(paths.images, growingName(image))];
  const described = await fetchDescription(io, source, under(root, 'run/systemimager/getimage', image), signal);
  const taken = await choose(described, options, print);
  await context.carryOut(await planFinish(io, paths, image), { dryRun });
  const [isThere, resumes] = [(await io.lstat(at)) !== undefined, (await io.lstat(growing)) !== undefined];
  if (isThere && !resumes && !dryRun && (await isUnchanged(context, taken, at))) {
    print(`${image} is up to date: nothing changed on ${source.host}`);
    await context.carryOut(planFarewell(source), { dryRun });
    if ((await io.lstat(manifestFile(paths, image))) === undefined) await writeDown(context, image);
    return;
  }
  const folder: Step = { why: 'Make the folder of images', kind: 'mkdir', at: here(paths.images), mode: imagesMode };
  await context.carryOut([folder], { dryRun });
  const before = await treeBefore(context, options, isThere);
  const isLinked = before?.by === 'hard links';
  await using held = new AsyncDisposableStack();
  // A change of files in the version before would change files of this one, too.
  if (isLinked && before.image !== image) held.use(await lockImage(io, paths, before.image));
  await grow(context, options, { described, taken, growing, before, resumes });
  const old = isThere ? under(paths.images, oldName(image, io.now())) : undefined;
  await context.carryOut(await swapSteps(context, { image, tree: growing, old }, source, isLinked), { dryRun });
  await context.carryOut(planFarewell(source), { dryRun });
  if (dryRun) return;
  await writeDown(context, image, before && { image: before.image, tree: old ?? before.at, isSealed: isLinked });
  await context.carryOut(await planSweep(io, paths.images), {});
  print(`${image} holds the files of ${described.hostname} as of now: ${at}`);
}

/** What a tree grows from. `resumes`: an earlier capture was cut off, and this one continues its tree. */
type Grown = { described: Description; taken: Taken; growing: AbsPath; before: Before | undefined; resumes: boolean };

/** Fills the new tree beside the image, if there is room for it. */
async function grow(
  context: CliContext,
  { image, source, dryRun, logFormat }: CaptureOptions,
  { described, taken, growing, before, resumes }: Grown,
): Promise<void> {
  const { io, root } = context;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const hooks = described.hooks.length > 0;
  if (hooks) print(`${source.host} runs before and after: ${described.hooks.join(', ')}`);
  const expected = expectedBytes(described.used, taken.choices);
  const room = {
    isShared: before !== undefined && before.by !== 'copy',
    growing: resumes ? growing : undefined,
    isLess: taken.excludes.length > 0,
  };
  const warning = dryRun ? undefined : await needsRoom(io, paths.images, expected, room);
  if (warning !== undefined) print(warning);
  if (resumes) print(`${growing} is there: going on with a capture that did not end (rmimage gives that capture up)`);
  const isLinked = before?.by === 'hard links';
  const seal = isLinked ? planSeal(paths, [...new Set([before.image, image])]) : [];
  const wish: CaptureWish = {
    ...taken,
    image,
    growing,
    before,
    isSubvolume: !isLinked && (await hasSubvolumes(io, paths.images)),
    resumes,
    dropsLinks: resumes && (isLinked || (await isSealed(io, paths, image))),
    totalBytes: before !== undefined || expected === undefined ? undefined : expected.bytes,
    log: logFormat === undefined ? undefined : { file: under(paths.log, `getimage.${image}`), format: logFormat },
    hooks,
  };
  const vanished: string[] = [];
  await context.carryOut([...seal, ...planCapture(wish)], {
    dryRun,
    onEvent: (event) => vanished.push(...vanishedName(event)),
  });
  for (const name of vanished) print(`vanished while it was read: ${name}`);
}

/** rsync(1) names vanished files on standard error, and ends with 24. */
function vanishedName(event: StepEvent): string[] {
  const name = event.kind === 'line' ? /^file has vanished: "(.*)"/.exec(event.line)?.[1] : undefined;
  return name === undefined ? [] : [name];
}

/**
 * Makes the manifest; the manifest of the image before saves reading unchanged files. A failure is only told, because the
 * image is complete without a manifest.
 */
async function writeDown(
  context: CliContext,
  image: string,
  from?: { image: string; tree: AbsPath; isSealed: boolean },
): Promise<void> {
  const manifest = from && manifestFile(serverPaths(context.root), from.image);
  const isKnown = manifest !== undefined && (await context.io.lstat(manifest)) !== undefined;
  context.print(`Write down what ${image} holds`);
  try {
    await makeManifest(context, image, isKnown ? { ...from, manifest } : undefined);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.print(`${image} has no manifest of what it holds now: ${error.message}`);
  }
}

/** The steps by which the new tree becomes the image, and the record of its origin. */
async function swapSteps({ io, root }: CliContext, swap: Swap, source: Source, isLinked: boolean): Promise<Step[]> {
  const paths = serverPaths(root);
  const record: CaptureRecord = { version: 1, goldenClient: source.host, capturedAt: io.now().toISOString() };
  return [
    ...(await planSwap(io, paths, swap)),
    { why: 'Make the folder of manifests', kind: 'mkdir', at: here(paths.manifests) },
    {
      why: 'Write down where the image came from',
      kind: 'write',
      at: here(captureFile(paths, swap.image)),
      content: `${JSON.stringify(record)}\n`,
      mode: 0o644,
    },
    ...(!isLinked && (await isSealed(io, paths, swap.image)) ? [planUnseal(paths, swap.image)] : []),
  ];
}
