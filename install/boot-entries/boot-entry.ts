import type { CarriedEntry } from '../../common/model/carried-entry.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { RunningBoot } from './running-boot.ts';

/** What an entry starts; paths as the running machine sees them. Loaders that take one initrd get the first alone. */
export type BootEntry = { kernel: AbsPath; initrds: readonly [AbsPath, ...AbsPath[]]; words: readonly string[] };

/** `once`: the next start alone; `default`: every start, until the entry is taken away. */
export type Lasts = 'once' | 'default';

/** The name by which loaders and people know the entry. */
export const entryName = 'systemimager-reinstall';
export const entryTitle = 'Reinstall this machine (SystemImager)';

/**
 * Whether the loader forgets the entry as it starts the entry, so that a start that fails is followed by the old system. `clears`: what
 * BOEL writes in the loader's place.
 */
export type OneShot = { isSure: true } | { isSure: false; why: string; clears?: Clears };

/** A file with the content that it needs, so that the next start is the old system. */
export type Clears = NonNullable<CarriedEntry['clears']>;

/**
 * A way by which a running machine starts something else the next time: one file each in this folder. It differs from an installed
 * image's boot loader (install/bootloaders): nothing of the loader itself changes, and the entry goes away again.
 */
export type EntryWay<Facts = unknown> = {
  name: string;
  /** It takes one initrd: the second is joined to the first. */
  takesOneInitrd?: true;
  /** Facts for an entry; undefined if this machine does not start that way; a sentence if something stands in the way. */
  probe(io: ReadIo, machine: RunningBoot): Promise<Facts | string | undefined>;
  /** The folder for kernel and initrd, from which the loader can read. */
  folder(facts: Facts): AbsPath;
  oneShot(facts: Facts): OneShot;
  add(facts: Facts, entry: BootEntry, lasts: Lasts): Step[];
  /** Takes the entry away; no steps if there is none. */
  remove(facts: Facts): Step[];
  /** Proves as far as possible, without a start, that the loader finds the entry. UserError if the entry is there and not chosen. */
  check(facts: Facts, entry: BootEntry): Step[];
};

/** The error of an entry that the loader would not start. */
export const notChosen = (why: string) =>
  new UserError(`the entry is there, and the next start would not be the installer: ${why}`, 'Give the order again.');
