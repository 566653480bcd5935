import { parseScript } from '../../common/model/script.ts';
import type { State } from '../../common/model/state.ts';
import { printSteps } from '../../common/system/apply.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { Verb } from '../verbs/verb.ts';
import { loadState } from './state-store.ts';

/** Reads a verb's words into its arguments and flags. */
export type ReadWords = (verb: Verb, words: string[]) => { args: string[]; options: object };

/**
 * Prints what a script would do here, without starting a shell or changing anything. Each verb plans on the state that the
 * verb before would leave; a verb whose probe needs something that does not exist yet says so.
 */
export async function dryRun(
  text: string,
  verbs: readonly Verb[],
  readWords: ReadWords,
  io: ReadIo,
  say: (text: string) => void,
): Promise<void> {
  let state: State = await loadState(io);
  for (const line of parseScript(text)) {
    if (line.kind === 'shell') {
      say(`line ${line.line}: not checked, a shell would run: ${line.text}`);
      continue;
    }
    const verb = verbs.find((one) => one.name === line.verb);
    if (!verb)
      throw new UserError(
        `line ${line.line}: there is no verb ${line.verb}`,
        `Known are: ${verbs.map((one) => one.name).join(' ')}`,
      );
    const { args, options } = readWords(verb, line.args);
    say(`line ${line.line}: boel ${[line.verb, ...line.args].join(' ')}`);
    try {
      const facts = await verb.probe({ io, state, args, options, stdin: line.stdin });
      const plan = verb.plan(facts, state, options);
      if (plan.say) say(plan.say);
      if (plan.steps.length > 0) say(printSteps(plan.steps, '  ').trimEnd());
      state = plan.state ?? state;
    } catch (error) {
      if (!(error instanceof UserError) || line.verb === 'layout') throw error;
      say(`  cannot be shown before the steps above are done: ${error.message}`);
    }
  }
}
