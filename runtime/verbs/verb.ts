import type { Command } from 'commander';
import type { Needs } from '../../common/model/needs.ts';
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
  /** Arguments and flags, declared on commander; `--dry-run` and `--json` are everybody's. */
  declare(command: Command): Command;
  readsStdin?: boolean;
  /** It only answers a question: no journal, no report, no new state. */
  isQuery?: boolean;
  needs: Needs;
  /** Reads only. Facts go in, so that the plan is pure; randomness and time are facts too. */
  probe(input: VerbInput<Options>): Promise<Facts>;
  /** The steps, what to tell before them, and the state once they are done. */
  plan(facts: Facts, state: State, options: Options): Plan & { state?: State };
  /** After the steps: why all of it must be done once more, where something changed meanwhile. Reads only. */
  again?(facts: Facts, input: VerbInput<Options>): Promise<string | undefined>;
};

/** Where the machine being installed is mounted. */
export const targetRoot: AbsPath = '/a';
