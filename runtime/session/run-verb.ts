import { createHash } from 'node:crypto';
import { apply, printSteps } from '../../common/system/apply.ts';
import type { StepEvent } from '../../common/system/step-event.ts';
import { messageOf, UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import type { Step } from '../../common/system/step.ts';
import type { Verb, VerbInput } from '../verbs/verb.ts';
import { queueEvent } from './events.ts';
import { changedDisk, refuseChangedDisks, refuseWorkingMachine } from './guards.ts';
import { type JournalEntry, maySkip, nextSeq, lastDone, readJournal, writeJournal } from './journal.ts';
import { listWrites } from './list-writes.ts';
import { withLock } from './lock.ts';
import { bytesOf } from '../../common/system/text.ts';
import { probePatiently } from './probe-patiently.ts';
import { progressLines } from './progress-lines.ts';
import { tellFinished } from './tell-finished.ts';
import { loadState, saveState } from './state-store.ts';

/** How a verb is called: what was typed, and by which run of the script. */
export type VerbCall = {
  args: string[];
  options: object & { dryRun?: boolean; listWrites?: boolean };
  stdin: string;
  /** Number of the script's run; 0 when typed by hand. */
  run: number;
  /** The run resumes the one before it. */
  resumes: boolean;
  /** A changed layout may be partitioned though the disks already hold the old one. */
  mayRepartition: boolean;
  /** The resident program ended in the middle of this call. */
  isAgain: boolean;
};

/** What a verb's runner works with. */
export type VerbWorld = { io: Io; signal: AbortSignal; say: (line: string) => void };

const sha256 = (text: string) => createHash('sha256').update(bytesOf(text)).digest('hex');

/** Does one verb: load the state, probe, plan, then show the plan or apply it, and save the new state. */
export async function runVerb(verb: Verb, call: VerbCall, world: VerbWorld): Promise<void> {
  const { io, say } = world;
  const state = await loadState(io);
  const input: VerbInput<object> = { io, state, args: call.args, options: call.options, stdin: call.stdin };
  if (call.options.dryRun || call.options.listWrites || verb.isQuery) {
    const plan = verb.plan(await verb.probe(input), state, call.options);
    if (call.options.listWrites) return listWrites(plan.steps).forEach(say);
    if (plan.say) say(plan.say);
    if (plan.steps.length > 0) say(printSteps(plan.steps).trimEnd());
    return;
  }

  await refuseWorkingMachine(io);
  const journal = await readJournal(io);
  const entry: JournalEntry = {
    run: call.run,
    seq: nextSeq(journal, call.run),
    verb: verb.name,
    argv: [...call.args, JSON.stringify(call.options)],
    stdinSha256: sha256(call.stdin),
    layoutSha256: verb.readsStdin ? '' : state.layoutSha256,
    startedAt: io.now().toISOString(),
    endedAt: '',
    ok: true,
    skipped: false,
  };
  const finish = (result: Partial<JournalEntry>) =>
    writeJournal(io, { ...entry, endedAt: io.now().toISOString(), ...result }, say);

  if (call.resumes && maySkip(journal, call.run, entry)) {
    // A layout for disks that are gone is of no use.
    const changed = verb.mapsDisks ? await changedDisk(io, state) : undefined;
    say(`${verb.name}: done before, ${changed === undefined ? 'not again' : `but ${changed}`}`);
    if (changed === undefined) return finish({ skipped: true });
  }
  await queueEvent(io, { kind: 'verb', verb: verb.name, argv: call.args, phase: 'begin' });
  try {
    if (verb.wipesDisks && call.run > 0 && !call.mayRepartition) refuseChangedLayout(journal, entry);
    if (!verb.mapsDisks) await refuseChangedDisks(io, state);
    const { ends } = verb;
    if (ends && (call.run > 0 || lastDone(journal, ends.installer)))
      await tellFinished(io, state, ends.how(call.args), say);
    await withLock(io, call, () => applyPlan(verb, input, world));
    await finish({});
    await queueEvent(io, { kind: 'verb', verb: verb.name, argv: call.args, phase: 'end' });
  } catch (thrown) {
    const error = world.signal.aborted ? wasEnded(verb.name, world.signal) : thrown;
    const message = messageOf(error);
    await finish({ ok: false, error: message });
    const hint =
      error instanceof UserError ? error.hint : 'This is a fault of BOEL itself: please report it with the log.';
    await queueEvent(io, { kind: 'failed', verb: verb.name, error: message, hint });
    throw error;
  }
}

/** The error of a verb that a person ends, by Ctrl-C or by ending the script. */
function wasEnded(name: string, { reason }: AbortSignal): UserError {
  const how = reason instanceof Error ? reason.message : 'ended';
  return new UserError(`boel ${name} was ${how}`, 'To go on: boel resume');
}

/** Refuses a layout that changed after the disks were partitioned: a person must agree. */
function refuseChangedLayout(journal: readonly JournalEntry[], { verb, layoutSha256 }: JournalEntry): void {
  const done = lastDone(journal, verb);
  if (done === undefined || done.layoutSha256 === layoutSha256) return;
  throw new UserError(
    'the layout is another than the one that these disks were partitioned by',
    'To partition again and lose what was installed: boel resume --repartition',
  );
}

/** The most rounds of a verb, because something might change in each round. */
const mostRounds = 3;

async function applyPlan(verb: Verb, input: VerbInput<object>, world: VerbWorld, round = 1): Promise<void> {
  const { io, signal, say } = world;
  const facts = await probePatiently(io, { signal, say }, () => verb.probe(input));
  const plan = verb.plan(facts, input.state, input.options);
  if (plan.say) say(plan.say);
  const progress = progressLines(io, verb.name, say);
  const onEvent = (event: StepEvent) => {
    if (event.kind === 'started' && isShown(event.step)) say(`${verb.name}: ${event.step.why}`);
    if (event.kind === 'line' && event.step.kind === 'run' && event.step.showsOutput) say(`  ${event.line}`);
    if (event.kind === 'note') say(`${verb.name}: ${event.text}`);
    if (event.kind === 'progress') progress(event);
  };
  await apply(plan.steps, io, { signal, onEvent });
  if (plan.state) await saveState(io, plan.state);
  const reason = await verb.again?.(facts, { ...input, state: plan.state ?? input.state });
  if (reason === undefined) return;
  if (round === mostRounds) throw new UserError(`${verb.name}: ${reason}, again and again`, 'To go on: boel resume');
  say(`${verb.name}: ${reason}: once more`);
  await applyPlan(verb, input, world, round + 1);
}

/** Files and directories are made by the dozen; the log of a run shows the steps that take time or can go wrong. */
function isShown(step: Step): boolean {
  return ['run', 'mount', 'wait', 'start', 'group'].includes(step.kind);
}
