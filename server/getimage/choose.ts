import type { CliContext } from '../../common/cli.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { confirm } from '../../common/answers.ts';
import { parseFstab } from '../scripts/golden.ts';
import type { CaptureOptions } from './capture-options.ts';
import type { Description } from './description.ts';
import { chooseMounts, excludeSnapshots } from './excludes.ts';
import { differencesCommand } from './plan.ts';

/** Decides what is taken and what is left out, and tells the person what may surprise. */
export async function choose(
  described: Description,
  options: Pick<CaptureOptions, 'source' | 'excludes' | 'also' | 'mayAsk'>,
  print: (line: string) => void,
) {
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

/** What a capture takes. */
export type Taken = Awaited<ReturnType<typeof choose>>;

/** Compares by a pass of rsync that writes nothing, so that no second tree is made if nothing changed. */
export async function isUnchanged(context: CliContext, taken: Taken, at: AbsPath): Promise<boolean> {
  context.print(`comparing ${at} with ${taken.source.host}`);
  const exit = await context.io.run(differencesCommand(taken, at), { signal: context.signal });
  context.signal.throwIfAborted();
  return exit.code === 0 && exit.stdout === '';
}
