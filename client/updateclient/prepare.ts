import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { checkBefore } from './checks.ts';
import { conflictFile, planEtc } from './etc/plan.ts';
import { probeEtc } from './etc/probe.ts';
import { holdKernels, newKernels, probeStarts } from './kernels.ts';
import { planUpdate, type Update, updateSteps, withoutDeletes } from './plan.ts';
import { probeUpdate, type Wish } from './probe.ts';
import { type Begun, type Records, recorded } from './record.ts';
import { planScripts } from './scripts.ts';
import { summary } from './show.ts';

/** How an update treats what it has found. */
export type Manner = {
  noDelete: boolean;
  /** Paths of /etc: keep this machine's, or take the image's. */
  keep: readonly AbsPath[];
  take: readonly AbsPath[];
  otherLayout: boolean;
};

/** An update that may begin: what it changes and keeps, and its steps; none if there is nothing to do. */
export type Prepared = {
  update: Update;
  steps: Step[];
  /** Files of /etc that were changed here and in the image. */
  conflicts: string[];
  /** The machine has no list of its own of what an update leaves alone. */
  lacksList: boolean;
};

const relative = (path: AbsPath) => path.slice(1);

function checkTake(take: readonly AbsPath[]): void {
  const outside = take.find((path) => path !== '/etc' && !path.startsWith('/etc/'));
  if (outside !== undefined)
    throw new UserError(
      `--take ${outside}: only files of /etc are merged`,
      'Other files are the image’s anyway, unless updateclient.local.exclude names them.',
    );
}

/** Reads machine and image, plans, and refuses what must not begin. Changes nothing. */
export async function prepareUpdate(
  io: Io,
  wish: Wish,
  manner: Manner,
  { records, begun, say, signal }: { records: Records; begun: Begun; say: (line: string) => void; signal: AbortSignal },
): Promise<Prepared> {
  const { directory, only } = wish;
  checkTake(manner.take);
  const facts = await probeUpdate(io, wish, signal);
  const found = planUpdate(facts.layers, facts.kept, facts.times);
  const sides = await probeEtc(io, wish, {
    layers: facts.layers,
    changes: found.changes,
    lastImage: records.lastImage,
  });
  const earlier = ((await io.readText({ root: directory, path: conflictFile })) ?? '').split('\n').filter(Boolean);
  const covers = (path: string) =>
    only.length === 0 || only.some((one) => `/${path}` === one || `/${path}`.startsWith(`${one}/`));
  const etc = planEtc(
    found,
    sides,
    {
      image: wish.image,
      keep: manner.keep.map(relative),
      take: manner.take.map(relative),
      covers,
      earlier: earlier.map((path) => path.slice(1)),
    },
    directory,
  );
  const merged = manner.noDelete ? withoutDeletes(etc.update) : etc.update;
  const update = holdKernels(merged, await probeStarts(io, directory, facts.mounts));
  await checkBefore(
    io,
    wish,
    { mounts: facts.mounts, changes: update.changes },
    { otherLayout: manner.otherLayout, say },
  );
  const work = [...updateSteps(update, facts.layers, wish.source, directory), ...etc.merges];
  const isDone =
    work.length === 0 && records.lastImage === wish.image && !records.unfinished && sides.base !== undefined;
  if (isDone) return { update, steps: [], conflicts: etc.conflicts, lacksList: !facts.hasList };
  const scripts = await planScripts(io, wish, facts.member);
  for (const line of scripts.say) say(line);
  const kernels = newKernels(update);
  if (kernels.length > 0)
    say(
      `new kernels: ${kernels.join(', ')}. The boot menu and the initramfs of this machine do not follow yet: make them by its own tools (update-initramfs and update-grub; dracut and grub2-mkconfig).`,
    );
  const steps = recorded([...work, ...scripts.after, ...etc.records], directory, records, {
    begun,
    only,
    said: summary(update),
  });
  return { update, steps: [...scripts.before, ...steps], conflicts: etc.conflicts, lacksList: !facts.hasList };
}
