import type { CliCommand, CliContext } from '../../common/cli.ts';
import { under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { serverPaths, type ServerPaths } from '../config/paths.ts';
import { checkFree, type ImageTies, imageTies, planCopy, planMove, planRemove } from '../images/change.ts';
import { lockImage } from '../images/lock.ts';
import { planSweep } from '../images/old-trees.ts';

type Options = { force?: boolean; dryRun?: boolean };

/** A command that makes one image out of another. */
function fromTo(
  name: string,
  summary: string,
  plan: (paths: ServerPaths, ties: ImageTies, to: string) => Step[],
): CliCommand {
  return {
    name,
    summary,
    examples: [`${name} web_v1 web_v2`],
    declare(command, context) {
      command
        .argument('<image>', 'the image')
        .argument('<name>', 'the new name')
        .option('--dry-run', 'show what would be done')
        .action(async (image: string, to: string, options: Options) => {
          const paths = serverPaths(context.root);
          await using held = new AsyncDisposableStack();
          if (!options.dryRun) held.use(await lockImage(under(paths.images, image)));
          const ties = await imageTies(context.io, paths, image);
          await checkFree(context.io, paths, to);
          await context.carryOut(plan(paths, ties, to), options);
        });
    },
  };
}

/** Copies an image and its script. */
export const cpimageCommand = fromTo(
  'cpimage',
  'copy an image and its script; blocks are shared where that goes',
  planCopy,
);

/** Gives an image another name. */
export const mvimageCommand = fromTo(
  'mvimage',
  'give an image another name, with its script and its machines',
  planMove,
);

async function remove(context: CliContext, image: string, options: Options): Promise<void> {
  const { io } = context;
  const paths = serverPaths(context.root);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(under(paths.images, image)));
  const ties = await imageTies(io, paths, image);
  await context.carryOut(planRemove(paths, ties, io.now(), options.force ?? false), options);
  if (options.dryRun) return;
  const sweep = await planSweep(io, paths.images);
  await context.carryOut(sweep, options);
  if (sweep.length === 0)
    context.print(`A machine still reads ${image}; its files go with the next change of an image.`);
}

/** Removes an image. */
export const rmimageCommand: CliCommand = {
  name: 'rmimage',
  summary: 'remove an image and its script; refuses while machines use it',
  examples: ['rmimage web_v1'],
  declare(command, context) {
    command
      .argument('<image>', 'the image')
      .option('--force', 'also when machines use it: their links go too')
      .option('--dry-run', 'show what would be done')
      .action((image: string, options: Options) => remove(context, image, options));
  },
};
