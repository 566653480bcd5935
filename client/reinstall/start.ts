import type { CliContext } from '../../common/cli.ts';
import type { CarriedEntry } from '../../common/model/carried-entry.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { entryTitle, type Lasts, type OneShot } from '../../install/boot-entries/boot-entry.ts';
import { bootNext } from '../../install/boot-entries/boot-next.ts';
import { kexecFolder, kexecLoad, whyNoKexec } from '../../install/boot-entries/kexec.ts';
import type { RunningBoot } from '../../install/boot-entries/running-boot.ts';
import { chooseWay } from './choose-way.ts';
import { entryOf } from './plan-files.ts';

/** What the administrator wishes of the start. */
export type StartWish = { loader: string | undefined; lasts: Lasts; now: boolean };

/** How the installer comes to start: where its files lie, and what chooses it. */
export type Start = {
  name: string;
  folder: AbsPath;
  takesOneInitrd: boolean;
  oneShot: OneShot;
  /** The steps that choose the entry. */
  add(words: readonly string[]): Step[];
};

/** Finds the way by which the installer starts; UserError if there is none. */
export async function chooseStart(context: CliContext, machine: RunningBoot, wish: StartWish): Promise<Start> {
  const { io } = context;
  if (wish.now) {
    const why = await whyNoKexec(io);
    if (why !== undefined)
      throw new UserError(`${why}; nothing has been changed`, 'Leave out --now: the boot loader starts the installer.');
    return {
      name: 'kexec',
      folder: kexecFolder,
      takesOneInitrd: true,
      oneShot: { isSure: true },
      add: (words) => [kexecLoad(entryOf(kexecFolder, words, true))],
    };
  }
  const { way, facts, notes } = await chooseWay(io, machine, wish.loader);
  for (const note of notes) context.print(note);
  const takesOneInitrd = way.takesOneInitrd === true;
  const folder = way.folder(facts);
  return {
    name: way.name,
    folder,
    takesOneInitrd,
    oneShot: way.oneShot(facts),
    add: (words) => way.add(facts, entryOf(folder, words, takesOneInitrd), wish.lasts),
  };
}

/** Says what follows a failure, before anything is changed. */
export function sayHowLong(context: CliContext, { oneShot, name }: Start, { lasts, now }: StartWish): void {
  if (now)
    return context.print(
      'The installer starts at once. If it fails, switch the machine off and on: it starts the old system.',
    );
  if (lasts === 'default')
    return context.print(
      'The installer is the default of every start until it has installed the machine, or until --undo.',
    );
  if (oneShot.isSure) return context.print('The installer starts once: if it fails, the next start is the old system.');
  context.print(`Warning: ${oneShot.why}, so ${name} would start the installer again and again.`);
  context.print(
    oneShot.clears
      ? 'The installer corrects that as its first act. If even its kernel does not start, a person must choose the old system in the menu.'
      : 'If the installer fails, a person must choose the old system in the menu.',
  );
}

/** What BOEL must know of its start. */
export function carriedNote({ name, oneShot }: Start, lasts: Lasts): CarriedEntry {
  const clears = lasts === 'once' && !oneShot.isSure ? oneShot.clears : undefined;
  return {
    way: name,
    fallsBack: lasts === 'once' && (oneShot.isSure || clears !== undefined),
    ...(clears && { clears }),
    ...(name === bootNext.name && { firmwareLabel: entryTitle }),
  };
}
