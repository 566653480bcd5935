import type { CliContext } from '../../common/cli.ts';
import type { StepEvent } from '../../common/system/step-event.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { confirm } from '../answers.ts';
import { imagesMode, serverPaths } from '../config/paths.ts';
import { captureFile, CaptureRecord } from '../images/capture-record.ts';
import { lockImage } from '../images/lock.ts';
import { manifestFile } from '../images/manifest/file.ts';
import { makeManifest } from '../images/manifest/make.ts';
import { growingName, oldName, planSweep } from '../images/old-trees.ts';
import { isSealed, planSeal, planUnseal } from '../images/sealed.ts';
import { planFinish, planSwap, type Swap } from '../images/swap.ts';
import { earlierVersion } from '../images/versions.ts';
import { readRecord } from '../config/json-file.ts';
import { parseFstab } from '../scripts/golden.ts';
import { listImages } from '../images/modules.ts';
import { type Description, fetchDescription } from './description.ts';
import { chooseMounts, excludeSnapshots } from './excludes.ts';
import { type Before, growthOf, hasSubvolumes } from './growth.ts';
import { differencesCommand, planCapture, planFarewell } from './plan.ts';
import { expectedBytes, needsRoom } from './room.ts';
import type { Source } from './source.ts';

export type CaptureOptions = {
  image: string;
  source: Source;
  /** Lines as rsync's --exclude takes them. */
  excludes: string[];
  /** Mount points that are taken though fstab does not name them. */
  also: string[];
  /** What is the same as in the version before becomes a hard link to it. */
  sharesLinks: boolean;
  /** A person is there who can say whether other local filesystems are taken. */
  mayAsk: boolean;
  /** The format of a line for each file in the log; undefined for no such log. */
  logFormat?: string;
  dryRun: boolean;
};

/** Takes the golden client's files as the image, or brings the image up to date. A capture that is cut off goes on next time. */
export async function captureImage(context: CliContext, options: CaptureOptions): Promise<void> {
  const { io, root } = context;
  const { image, source, dryRun } = options;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const [at, growing] = [under(paths.images, image), under(paths.images, growingName(image))];
  const described = await fetchDescription(io, source, under(root, 'run/systemimager/getimage', image), context.signal);
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
  // Who works in the version before would work in this one, too.
  if (isLinked && before.image !== image) held.use(await lockImage(io, paths, before.image));
  const hooks = described.hooks.length > 0;
  if (hooks) print(`${source.host} runs before and after: ${described.hooks.join(', ')}`);
  const expected = expectedBytes(described.used, taken.choices);
  const isLess = taken.excludes.length > 0;
  const room = {
    isShared: before !== undefined && before.by !== 'copy',
    growing: resumes ? growing : undefined,
    isLess,
  };
  const warning = dryRun ? undefined : await needsRoom(io, paths.images, expected, room);
  if (warning !== undefined) print(warning);
  if (resumes) print(`${growing} is there: going on with a capture that did not end (rmimage gives it up)`);
  const dropsLinks = resumes && (isLinked || (await isSealed(io, paths, image)));
  const isSubvolume = !isLinked && (await hasSubvolumes(io, paths.images));
  const seal = isLinked ? planSeal(paths, [...new Set([before.image, image])]) : [];
  const total = before !== undefined || expected === undefined ? {} : { totalBytes: expected.bytes };
  const { logFormat: format } = options;
  const log = format === undefined ? {} : { log: { file: under(paths.log, `getimage.${image}`), format } };
  const vanished: string[] = [];
  const growth = { image, growing, ...(before ? { before } : {}), isSubvolume, resumes, dropsLinks };
  await context.carryOut([...seal, ...planCapture({ ...growth, ...taken, ...total, ...log, hooks })], {
    dryRun,
    onEvent: (event) => vanished.push(...vanishedName(event)),
  });
  for (const name of vanished) print(`vanished while it was read: ${name}`);
  const old = isThere ? under(paths.images, oldName(image, io.now())) : undefined;
  await context.carryOut(await swapSteps(context, { image, tree: growing, old }, source, isLinked), { dryRun });
  await context.carryOut(planFarewell(source), { dryRun });
  if (dryRun) return;
  await writeDown(context, image, before && { image: before.image, tree: old ?? before.at, isSealed: isLinked });
  await context.carryOut(await planSweep(io, paths.images), {});
  print(`${image} holds ${described.hostname} as it is now: ${at}`);
}

/** What the new tree begins with; undefined for the first capture. */
async function treeBefore(context: CliContext, options: CaptureOptions, isThere: boolean): Promise<Before | undefined> {
  const { images } = serverPaths(context.root);
  const base = isThere ? options.image : await versionBefore(context, options.image, options.source);
  if (base === undefined) return undefined;
  const at = under(images, base);
  const best = await growthOf(context.io, images, at, options.dryRun);
  // A snapshot shares as much, and no link reaches from one subvolume into another.
  return { image: base, at, by: options.sharesLinks && best !== 'snapshot' ? 'hard links' : best };
}

/**
 * The image that a new version begins with: the one before it, where that is of the same golden client. Of two machines made
 * alike, files may differ whose size and time do not.
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

/** What is taken and what is left out; the person hears of what may surprise. */
async function choose(described: Description, options: CaptureOptions, print: (line: string) => void) {
  const { source, excludes, mayAsk } = options;
  const fstabDirs = new Set(parseFstab(described.fstab).map((line) => line.dir));
  const decide = (alsoTake: readonly string[]) =>
    chooseMounts(described.mounts, {
      inFstab: ({ dir }) => fstabDirs.has(dir),
      isExcluded: ({ dir }) => described.excludedDirs.includes(dir),
      alsoTake,
    });
  const also = [...options.also];
  for (const { dir } of mayAsk ? decide(also).filter((one) => one.mayBeAsked) : []) {
    const message = `${dir} is mounted on ${source.host}, but not in its /etc/fstab. Take its files into the image?`;
    if ((await confirm({ message, initialValue: false })) === true) also.push(dir);
  }
  const choices = decide(also);
  for (const { dir, why } of choices) if (why) print(`left out: ${dir}: ${why}`);
  const snapshots = excludeSnapshots(described.mounts, choices, also);
  if (snapshots.why) print(snapshots.why);
  return { source, choices, excludes: [...described.excludes, ...snapshots.patterns, ...excludes] };
}

/** One pass of rsync that writes nothing: a second version of the whole tree is not made for nothing. */
async function isUnchanged(
  context: CliContext,
  taken: Awaited<ReturnType<typeof choose>>,
  at: AbsPath,
): Promise<boolean> {
  context.print(`comparing ${at} with ${taken.source.host}`);
  const exit = await context.io.run(differencesCommand(taken, at), { signal: context.signal });
  context.signal.throwIfAborted();
  return exit.code === 0 && exit.stdout === '';
}

/** rsync(1) says it on standard error, and ends with 24. */
function vanishedName(event: StepEvent): string[] {
  const name = event.kind === 'line' ? /^file has vanished: "(.*)"/.exec(event.line)?.[1] : undefined;
  return name === undefined ? [] : [name];
}

/**
 * Makes the manifest; that of the image that this one began with saves reading what is the same. The image is whole without
 * it: a failure is told, and no more.
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

/** The moment in which the new tree becomes the image, and where it came from. */
async function swapSteps({ io, root }: CliContext, swap: Swap, source: Source, isLinked: boolean): Promise<Step[]> {
  const paths = serverPaths(root);
  const record: CaptureRecord = { version: 1, goldenClient: source.host, capturedAt: io.now().toISOString() };
  return [
    ...(await planSwap(io, paths, swap)),
    { why: 'Make the folder of manifests', kind: 'mkdir', at: here(paths.manifests) },
    {
      why: 'Write down where it came from',
      kind: 'write',
      at: here(captureFile(paths, swap.image)),
      content: `${JSON.stringify(record)}\n`,
      mode: 0o644,
    },
    ...(!isLinked && (await isSealed(io, paths, swap.image)) ? [planUnseal(paths, swap.image)] : []),
  ];
}
