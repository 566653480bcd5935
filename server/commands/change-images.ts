import { InvalidArgumentError } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { planCopy, planMove, planRemove } from '../images/change.ts';
import { checkFree, checkHalfMoved } from '../images/free-name.ts';
import { scriptFor } from '../images/renamed-script.ts';
import { lockImage, lockLists } from '../images/lock.ts';
import { tellOpen } from '../images/open-folder.ts';
import { planSweep } from '../images/old-trees.ts';
import { imageOrRest, imageTies, listSome, usersOf } from '../images/ties.ts';
import { oldVersions } from '../images/versions.ts';
import { listImages } from '../images/modules.ts';

type Options = { force?: boolean; dryRun?: boolean; keep?: number };

/** A command that makes one image out of another. */
function fromTo(
  name: string,
  summary: string,
  run: (context: CliContext, image: string, to: string, options: Options) => Promise<void>,
): CliCommand {
  return {
    name,
    summary,
    examples: [`${name} web_v1 web_v2`],
    declare(command, context) {
      command
        .argument('<image>', 'name of the image')
        .argument('<name>', 'new name')
        .option('--dry-run', 'print the steps, and change nothing')
        .action(async (image: string, to: string, options: Options) => {
          const paths = serverPaths(context.root);
          await using held = new AsyncDisposableStack();
          if (!options.dryRun)
            for (const one of new Set([image, to])) held.use(await lockImage(context.io, paths, one));
          await run(context, image, to, options);
        });
    },
  };
}

/** Copies an image and its script. */
export const cpimageCommand = fromTo(
  'cpimage',
  'copy an image and its autoinstall script; both images share disk blocks if the filesystem can',
  async (context, image, to, options) => {
    const paths = serverPaths(context.root);
    const ties = await imageTies(context.io, paths, image);
    await checkFree(context.io, paths, to, { script: scriptFor(ties, to) });
    await tellOpen(context, paths.images);
    await context.carryOut(planCopy(paths, ties, to), options);
  },
);

/** Gives an image another name. */
export const mvimageCommand = fromTo(
  'mvimage',
  'rename an image and its autoinstall script, and point the script links of its machines to the new name',
  async (context, image, to, options) => {
    const { io } = context;
    const paths = serverPaths(context.root);
    await using held = new AsyncDisposableStack();
    if (!options.dryRun) held.use(await lockLists(io, paths, context));
    const ties = await imageOrRest(io, paths, image);
    if (ties.isThere) await checkFree(io, paths, to, { script: scriptFor(ties, to), instead: image });
    else await checkHalfMoved(io, paths, ties, to);
    await context.carryOut(planMove(paths, ties, to), options);
    for (const name of ties.otherScripts)
      context.print(`${under(paths.scripts, name)} installs ${image}, too: change it by hand`);
  },
);

async function remove(context: CliContext, image: string, options: Options): Promise<void> {
  const { io } = context;
  const paths = serverPaths(context.root);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(io, paths, image));
  const ties = await takeOut(context, image, options);
  if (options.dryRun) return;
  const sweep = await planSweep(io, paths.images);
  await context.carryOut(sweep, options);
  if (ties.isThere && sweep.length === 0)
    context.print(`A machine still reads ${image}; the files are removed at the next change of an image.`);
}

/** Takes an image out of service under the lock of the lists, so that no machine gets the image meanwhile. */
async function takeOut(context: CliContext, image: string, options: Options) {
  const { io } = context;
  const paths = serverPaths(context.root);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockLists(io, paths, context));
  const ties = await imageOrRest(io, paths, image);
  await context.carryOut(planRemove(paths, ties, io.now(), options.force ?? false), options);
  return ties;
}

/** Removes old versions, the oldest first; versions that a machine installs stay. */
async function removeOld(context: CliContext, base: string, keep: number, options: Options): Promise<void> {
  if (options.force)
    throw new UserError(
      '--keep and --force do not go together',
      'Remove an image that machines use by its own name: rmimage --force IMAGE',
    );
  const paths = serverPaths(context.root);
  const old = oldVersions(await listImages(context.io, paths), base, keep);
  if (old.length === 0) context.print(`no version of ${base} is older than the newest ${keep}`);
  for (const image of old) {
    const users = usersOf(await imageTies(context.io, paths, image));
    if (users.length === 0) await remove(context, image, options);
    else context.print(`${image} stays: machines install this image: ${listSome(users)}`);
  }
}

function parseKeep(text: string): number {
  const keep = Number(text);
  if (Number.isInteger(keep) && keep > 0) return keep;
  throw new InvalidArgumentError('--keep says how many versions stay, at least 1.');
}

/** Removes an image. */
export const rmimageCommand: CliCommand = {
  name: 'rmimage',
  summary: 'remove an image and its autoinstall script; refuse if machines use the image',
  examples: ['rmimage web_v1', 'rmimage --keep 3 web --dry-run'],
  declare(command, context) {
    command
      .argument('<image>', 'name of the image; with --keep, the name without the version, such as web for web_v1')
      .option(
        '--keep <number>',
        'keep this number of newest versions, and remove older versions that no machine uses',
        parseKeep,
      )
      .option('--force', 'remove the image although machines use it, and remove the script links of these machines')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((image: string, options: Options) =>
        options.keep === undefined ? remove(context, image, options) : removeOld(context, image, options.keep, options),
      );
  },
};
