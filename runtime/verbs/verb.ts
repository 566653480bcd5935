import type { Command } from 'commander';
import type { Needs } from '../../common/model/needs.ts';
import type { Ending } from '../../common/model/script.ts';
import type { State } from '../../common/model/state.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Plan } from '../../common/system/step.ts';

/** What a verb's probe may look at. */
export type VerbInput<Options> = {
  io: ReadIo;
  state: State;
  /** Positional arguments as typed. */
  args: string[];
  options: Options;
  /** Standard input, for verbs with `readsStdin`. */
  stdin: string;
};

/**
 * One word of an autoinstall script: one probe, one plan, one apply. The runner loads the state, checks that the mapped
 * disks are still the same, probes, plans, prints (`--dry-run`) or applies, and saves the new state.
 */
export type Verb<Facts = unknown, Options extends object = object> = {
  name: string;
  /** One line for the help. */
  summary: string;
  /** Arguments and flags, declared on commander; every verb has `--dry-run` and `--list-writes`. */
  declare(command: Command): Command;
  readsStdin?: boolean;
  /** It only answers a question: no journal, no report, no new state. */
  isQuery?: boolean;
  /** The verb decides which disks are meant: a resumed script does the verb again if a disk is another disk now. */
  mapsDisks?: boolean;
  /** The verb wipes installed disks: in a resumed script with a changed layout, a person must agree first. */
  wipesDisks?: boolean;
  /** The verb ends BOEL on this machine; the server hears of that before, in a script or if the verb `installer` was done. */
  ends?: { installer: string; how(args: readonly string[]): Ending };
  needs: Needs;
  /** Reads only. Facts go in, so that the plan is pure; randomness and time are facts too. */
  probe(input: VerbInput<Options>): Promise<Facts>;
  /** The steps, what to tell before them, and the state once they are done. */
  plan(facts: Facts, state: State, options: Options): Plan & { state?: State };
  /** After the steps: why the whole verb must be done once more, if something changed meanwhile. Reads only. */
  again?(facts: Facts, input: VerbInput<Options>): Promise<string | undefined>;
};

/** Where the machine being installed is mounted. */
export const targetRoot: AbsPath = '/a';
