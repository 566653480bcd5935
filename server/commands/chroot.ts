import type { CliCommand, CliContext } from '../../common/cli.ts';
import { answerByExitCode } from '../../common/cli-exit.ts';
import { apply } from '../../common/system/apply.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { chrootEnv } from '../../install/chroot/in-chroot.ts';
import { probeMounts } from '../../machine/use.ts';
import { type ChrootFacts, leftPlaceholders, readChrootFacts } from '../chroot/facts.ts';
import { refuseForeign } from '../chroot/foreign.ts';
import { type ChrootWish, enterArgv, planPrepare, planTidy, printablePlan } from '../chroot/plan.ts';
import { endAll, usersOf } from '../chroot/processes.ts';
import { serverPaths } from '../config/paths.ts';
import { differingPackages, printDifference } from '../images/diff.ts';
import { imageDir } from '../images/facts.ts';
import { lockImage } from '../images/lock.ts';
import { manifestFile } from '../images/manifest/file.ts';
import { makeManifest } from '../images/manifest/make.ts';
import { readPackages } from '../images/packages/read.ts';
import { isSealed } from '../images/sealed.ts';
import { planOwnFiles, unsealImage } from '../images/unseal.ts';

type Options = { dryRun?: boolean };

/** The exit code of chroot(1) for a failure of its own. */
const ownTrouble = 125;

/** The command, or the shell. */
function wishOf({ isTerminal }: CliContext, image: string, shell: AbsPath, typed: string[]): ChrootWish {
  const [program, ...args] = typed;
  const { DEBIAN_FRONTEND: _, ...env } = chrootEnv;
  return {
    argv: program === undefined ? [shell] : [program, ...args],
    env: {
      ...(isTerminal ? env : chrootEnv),
      TERM: process.env.TERM ?? 'dumb',
      // Debian's bashrc shows debian_chroot; HISTFILE keeps typed commands out of the image.
      debian_chroot: image,
      PS1: `(${image}) \\w# `,
      HISTFILE: '/dev/null',
    },
  };
}

/** Refuses a tree with foreign mounts in it: they would be pulled, copied and removed with the image. */
async function refuseMounts(io: Io, at: AbsPath): Promise<void> {
  const found = (await probeMounts(io)).filter(({ dir }) => dir.startsWith(`${at}/`)).map(({ dir }) => dir);
  if (found.length === 0) return;
  throw new UserError(
    `mounted in the image: ${found.join(', ')}`,
    `Machines that pull the image would get the files there. Run: umount ${found.toReversed().join(' ')}`,
  );
}

async function run(context: CliContext, image: string, typed: string[], options: Options): Promise<number> {
  const { io, root } = context;
  if (process.getuid?.() !== 0) throw new UserError('chroot needs root', 'Run the command as root.');
  const paths = serverPaths(root);
  const { at } = await imageDir(io, paths, image);
  // The kernel tells real paths, and images/ may be a link to another disk.
  const tree = await inside(io, '/').real(at);
  const isShared = await isSealed(io, paths, image);
  const facts = await readChrootFacts(io, tree, under(root, 'run/systemimager/chroot', image));
  const shell = (await inside(io, tree).firstOf(['/bin/bash', '/bin/sh'])) ?? '/bin/sh';
  await refuseForeign(io, image, tree, shell);
  const wish = wishOf(context, image, shell, typed);
  if (options.dryRun) {
    const first = isShared ? planOwnFiles(paths, image) : [];
    await context.carryOut([...first, ...printablePlan(facts, wish)], { dryRun: true });
    return 0;
  }
  await using held = new AsyncDisposableStack();
  held.use(await lockImage(io, paths, image));
  await imageDir(io, paths, image);
  await refuseMounts(io, tree);
  const left = await endAll(io, async () => (await usersOf(io, tree)).left);
  if (left > 0) sayLine(`an earlier chroot had left programs in ${image}; ended: ${left}`);
  const { machines } = await usersOf(io, tree);
  if (machines.length > 0)
    sayLine(
      `warning: a machine reads ${image} now, and may get half of a change of files (processes ${machines.join(', ')})`,
    );
  if (isShared) await unsealImage({ ...context, print: sayLine }, image);
  const code = await enter(context, image, facts, wish, typed.length === 0);
  await follow(context, image);
  return code;
}

/** Runs the command, and takes away what was lent, also after a failure and a signal. */
async function enter(
  context: CliContext,
  image: string,
  facts: ChrootFacts,
  wish: ChrootWish,
  isShell: boolean,
): Promise<number> {
  const { io, signal } = context;
  await using held = new AsyncDisposableStack();
  const packages = async (when: string) => (await readPackages(io, facts.tree, under(facts.lent, when))).packages;
  held.defer(async () => apply(planTidy(facts, await leftPlaceholders(io, facts)), io));
  await apply(planPrepare(facts), io, { signal });
  const before = await packages('before');
  if (isShell && context.isTerminal) sayLine(`A shell in ${image}; exit ends it.`);
  const exit = await io.run({ argv: enterArgv(facts, wish), terminal: true }, { signal });
  for (const one of differingPackages(before, await packages('after'))) sayLine(printDifference(one, true));
  return exit.code;
}

/** Takes the changes into the manifest, because they were meant. Unwritten files are not read: rot in them is still found. */
async function follow(context: CliContext, image: string): Promise<void> {
  const manifest = manifestFile(serverPaths(context.root), image);
  if ((await context.io.lstat(manifest)) === undefined) return;
  try {
    await makeManifest({ ...context, print: sayLine }, image, { manifest });
  } catch (error) {
    if (!(error instanceof UserError) && !context.signal.aborted) throw error;
    sayLine(`The manifest of ${image} is as before this chroot; to see what changed: systemimager verify ${image}`);
  }
}

const help = `
Inside the image, /dev, /proc and /sys of this server are mounted, /run is empty, and /etc/resolv.conf comes from this server. Services
do not start. A machine that pulls the image meanwhile gets none of these files. When chroot ends, programs that still run in the
image are ended, and the manifest of the image records the changes. Until then, getimage, rmimage and other commands that change
the image refuse to start. Programs for other processors start where qemu-user-static is installed. An image that shares files with another version (getimage --share=hardlink) first gets its own copies.

Exit codes: the exit code of the command, or 125 if chroot could not run the command.`;

/** Works in an image as in a machine. */
export const chrootCommand: CliCommand = {
  name: 'chroot',
  summary: 'open a shell or run a command inside an image',
  examples: [
    'systemimager chroot web_v1',
    'systemimager chroot web_v1 -- apt-get update',
    'systemimager chroot web_v1 -- apt-get install -y nginx',
  ],
  declare(command, context) {
    command
      .argument('<image>', 'name of the image')
      .argument('[command...]', 'command to run instead of a shell; write -- before the command')
      .option('--dry-run', 'print the steps, and change nothing')
      .addHelpText('after', help)
      .action((image: string, typed: string[], options: Options) =>
        answerByExitCode(() => run(context, image, typed, options), ownTrouble),
      );
  },
};
