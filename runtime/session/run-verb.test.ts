import { describe, expect, it } from 'vitest';
import { ServerAway, UserError } from '../../common/system/errors.ts';
import { Interrupted } from '../../common/system/interrupt.ts';
import { here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { Verb } from '../verbs/verb.ts';
import { queuedEvents } from './events.ts';
import { readJournal } from './journal.ts';
import { runVerb, type VerbCall } from './run-verb.ts';

const verb = (name: string, program: string): Verb => ({
  name,
  summary: name,
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  probe: async () => ({}),
  plan: (_facts, state) => ({
    steps: [{ why: `Do ${name}`, kind: 'run', argv: [program], writes: [here('/a/etc/fstab')] }],
    state: { ...state, image: { name, bytes: 1, inodes: 1 } },
  }),
});

const call = (run: number, more: Partial<VerbCall> = {}): VerbCall => ({
  args: [],
  options: {},
  stdin: '',
  run,
  resumes: run > 1,
  mayRepartition: false,
  isAgain: false,
  ...more,
});

function machine(failing: Set<string> = new Set()) {
  const { io, did, files } = recorderIo({
    files: { '/etc/boel-built': '0\n' },
    answer: (command) => ({ code: failing.has(command.argv[0]) ? 1 : 0 }),
  });
  const said: string[] = [];
  const world = { io, signal: new AbortController().signal, say: (line: string) => void said.push(line) };
  return { io, did, files, said, world, ran: () => did.filter((line) => line.startsWith('run ')) };
}

describe('runVerb', () => {
  it('saves the state and writes the journal', async () => {
    const { world, io } = machine();
    await runVerb(verb('mkfs', 'mkfs'), call(1), world);
    expect(JSON.parse((await io.readText('/run/boel/state.json')) ?? '')).toMatchObject({ image: { name: 'mkfs' } });
    expect(await readJournal(io)).toMatchObject([{ run: 1, seq: 1, verb: 'mkfs', ok: true, skipped: false }]);
  });

  it('goes on where /run is full: reports and the journal end no installation', async () => {
    const { world, io, said, ran } = machine();
    const append = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    await runVerb(verb('image', 'rsync'), call(1), { ...world, io: { ...io, append } });
    expect(ran()).toEqual(['run rsync']);
    expect(said).toContain(
      'image: not in the journal, so boel resume would do it again: ENOSPC: no space left on device',
    );
  });

  it('does a verb again as long as something changes meanwhile, three times at most', async () => {
    const { world, ran, said } = machine();
    const reasons = ['it changed', undefined];
    const changing: Verb = { ...verb('image', 'rsync'), again: async () => reasons.shift() };
    await runVerb(changing, call(1), world);
    expect(ran()).toEqual(['run rsync', 'run rsync']);
    expect(said).toContain('image: it changed: once more');
    const restless: Verb = { ...changing, again: async () => 'it changed' };
    await expect(runVerb(restless, call(1), world)).rejects.toThrow('image: it changed, again and again');
    expect(ran()).toHaveLength(5);
  });

  it('resumes at the verb that failed and skips those before it', async () => {
    const failing = new Set(['b']);
    const { world, ran } = machine(failing);
    await runVerb(verb('one', 'a'), call(1), world);
    await expect(runVerb(verb('two', 'b'), call(1), world)).rejects.toThrow('Do two: b exited 1');
    failing.clear();
    await runVerb(verb('one', 'a'), call(2), world);
    await runVerb(verb('two', 'b'), call(2), world);
    expect(ran()).toEqual(['run a', 'run b', 'run b']);
  });

  it('runs everything from the first call that differs', async () => {
    const { world, ran } = machine();
    await runVerb(verb('one', 'a'), call(1), world);
    await runVerb(verb('two', 'b'), call(1), world);
    await runVerb(verb('one', 'a'), call(2, { args: ['other'] }), world);
    await runVerb(verb('two', 'b'), call(2), world);
    expect(ran()).toEqual(['run a', 'run b', 'run a', 'run b']);
  });

  it('makes the layout again where the disks that it mapped are others now', async () => {
    const { world, said } = machine();
    const layout: Verb = {
      ...verb('layout', 'a'),
      readsStdin: true,
      mapsDisks: true,
      plan: () => ({ steps: [], state: installedState() }),
    };
    await runVerb(layout, call(1), world);
    await runVerb(layout, call(2), world);
    expect(said.at(-1)).toMatch(/^layout: done before, but \/dev\/vda, which the layout took .* is gone now$/);
  });

  it('says in words that somebody ended it, and how to go on', async () => {
    const { world, io } = machine();
    const stopped = new AbortController();
    const probe = async () => {
      stopped.abort(new Interrupted('SIGINT'));
      return {};
    };
    const ended = runVerb({ ...verb('image', 'rsync'), probe }, call(1), { ...world, signal: stopped.signal });
    await expect(ended).rejects.toThrow(new UserError('boel image was ended by SIGINT', 'To go on: boel resume'));
    expect(await readJournal(io)).toMatchObject([{ verb: 'image', ok: false }]);
  });

  it('changes nothing with --dry-run, and lists what it would write', async () => {
    const { world, did, said } = machine();
    await runVerb(verb('fstab', 'x'), call(0, { options: { dryRun: true } }), world);
    await runVerb(verb('fstab', 'x'), call(0, { options: { listWrites: true } }), world);
    expect(did).toEqual([]);
    expect(said).toEqual(['# Do fstab\nx', '/a/etc/fstab']);
  });

  it('tells the server of a finish that is typed by hand, once an image is on the disks', async () => {
    const { world, io } = machine();
    const kinds = async () => (await queuedEvents(io)).map(({ line }) => (JSON.parse(line) as { kind: string }).kind);
    const finish: Verb = { ...verb('finish', 'reboot'), ends: { installer: 'image', how: () => 'reboot' } };
    await runVerb(finish, call(0), world);
    expect(await kinds()).not.toContain('finished');
    await runVerb(verb('image', 'rsync'), call(1), world);
    await runVerb(finish, call(0), world);
    expect(await kinds()).toContain('finished');
  });

  it('queues what failed for the server', async () => {
    const { world, io } = machine(new Set(['x']));
    await expect(runVerb(verb('image', 'x'), call(1), world)).rejects.toThrow('exited 1');
    const events = await queuedEvents(io);
    expect(events.map(({ line }) => JSON.parse(line))).toMatchObject([
      { kind: 'verb', phase: 'begin' },
      { kind: 'failed', verb: 'image', error: 'Do image: x exited 1' },
    ]);
  });

  it('looks again while the server is away, and says so', async () => {
    const { world, said, ran } = machine();
    let looks = 0;
    const probe = async () => {
      looks += 1;
      if (looks < 3) throw new ServerAway('no answer from 10.0.0.1', 'Start it.');
      return {};
    };
    await runVerb({ ...verb('overrides', 'a'), probe }, call(1), world);
    expect(ran()).toEqual(['run a']);
    expect(said.slice(0, 2)).toEqual([
      'no answer from 10.0.0.1; trying again in 2 s (1 of 30)',
      'no answer from 10.0.0.1; trying again in 4 s (2 of 30)',
    ]);
  });

  it('does not wait for ever, and not in a dry run', async () => {
    const { world, said } = machine();
    const probe = () => Promise.reject(new ServerAway('no answer', 'Start it.'));
    const away = { ...verb('overrides', 'a'), probe };
    await expect(runVerb(away, call(0, { options: { dryRun: true } }), world)).rejects.toThrow('no answer');
    expect(said).toEqual([]);
    await expect(runVerb(away, call(1), world)).rejects.toThrow('no answer');
    expect(said).toHaveLength(30);
  });

  it('refuses on a machine that did not boot BOEL', async () => {
    const { world, did, files } = machine();
    files.delete('/etc/boel-built');
    await expect(runVerb(verb('partition', 'sfdisk'), call(0), world)).rejects.toThrow('did not boot BOEL');
    expect(did).toEqual([]);
  });

  it('shows what a site’s script prints, and keeps what tools print to itself', async () => {
    const { io } = recorderIo({ files: { '/etc/boel-built': '0\n' }, answer: () => ({ lines: ['hello'] }) });
    const said: string[] = [];
    const world = { io, signal: new AbortController().signal, say: (line: string) => void said.push(line) };
    const quiet = verb('mkfs', 'mkfs');
    await runVerb(quiet, call(1), world);
    const run: Step = { why: 'Run a script', kind: 'run', argv: ['script'], showsOutput: true };
    await runVerb({ ...quiet, name: 'run-parts', plan: () => ({ steps: [run] }) }, call(1), world);
    expect(said).toEqual(['mkfs: Do mkfs', 'run-parts: Run a script', '  hello']);
  });
});
