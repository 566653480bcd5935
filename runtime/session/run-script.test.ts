import { expect, it } from 'vitest';
import type { Io } from '../../common/system/io.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { writeJournal } from './journal.ts';
import { paths } from '../paths.ts';
import { followScript, runScript } from './run-script.ts';

/** Process 77 runs the script, as /proc/77/stat tells. */
const stat = `77 (keep-script) S ${'0 '.repeat(18)}4567 0`;
const running = { '/proc/77/stat': stat, [paths.scriptMark]: '77 4567\n' };

const nothing = { seq: 1, argv: [], stdinSha256: '', layoutSha256: '', startedAt: '', endedAt: '', skipped: false };
const entry = (run: number, verb: string, ok: boolean) => ({
  ...nothing,
  run,
  verb,
  ok,
  ...(ok ? {} : { error: `${verb} failed` }),
});

/** A machine whose script says two lines, and ends at the third look as `ends` says. */
function machine(files: Record<string, string>, ends: (io: Io) => Promise<unknown>) {
  const { io, did } = recorderIo({ files, pipes: { [paths.said]: ['one', 'two'] } });
  const said: string[] = [];
  const envs: (Record<string, string> | undefined)[] = [];
  let looks = 0;
  const watched: Io = {
    ...io,
    async start(command, hooks) {
      envs.push(command.env);
      return io.start(command, hooks);
    },
    async sleep() {
      looks += 1;
      if (looks === 3) await ends(io);
    },
  };
  const caller = { signal: new AbortController().signal, say: (line: string) => void said.push(line) };
  return { io: watched, did, said, envs, caller };
}

const exits = (code: number) => (io: Io) => io.write(paths.scriptExit, `${code}\n`, { mode: 0o600 });
const first = { env: { HOSTNAME: 'web1' }, resumes: false, mayRepartition: true };

it('runs the script in a program that outlives this one, and says its words', async () => {
  const { io, did, said, envs, caller } = machine({}, exits(0));
  expect(await runScript(io, first, caller)).toEqual({});
  expect(said).toEqual(['one', 'two']);
  expect(did).toContain('start /usr/lib/boel/keep-script');
  expect(envs).toEqual([{ HOSTNAME: 'web1', BOEL_RUN: '1', BOEL_REPARTITION: '1' }]);
});

it.each([
  ['the verb that failed', [entry(1, 'mkfs', false)], { verb: 'mkfs', error: 'mkfs failed' }],
  [
    'a line after the last verb',
    [entry(1, 'mkfs', true)],
    { verb: '', error: expect.stringMatching(/after `boel mkfs` ended with exit code 2$/) },
  ],
  ['a line before any verb', [], { verb: '', error: 'a line of the script ended with exit code 2' }],
])('tells how the script failed: %s', async (_, entries, failure) => {
  const { io, caller } = machine({}, async (inner) => {
    for (const one of entries) await writeJournal(inner, one, () => {});
    await exits(2)(inner);
  });
  expect(await runScript(io, first, caller)).toEqual({ failure });
});

it('a resumed run has the next number, and says so to its verbs', async () => {
  const { io, envs, caller } = machine({ [paths.journal]: `${JSON.stringify(entry(3, 'mkfs', false))}\n` }, exits(0));
  await runScript(io, { env: {}, resumes: true, mayRepartition: false }, caller);
  expect(envs).toEqual([{ BOEL_RUN: '4', BOEL_RESUMES: '1' }]);
});

it('starts no second script while one still runs, and says how to end that one', async () => {
  const { io, did, caller } = machine(running, exits(0));
  await expect(runScript(io, first, caller)).rejects.toMatchObject({
    message: 'the script still runs (process 77)',
    hint: expect.stringContaining('kill -- -77'),
  });
  expect(did.filter((line) => line.startsWith('start'))).toEqual([]);
  const { io: locked } = recorderIo({ locked: ['/run/boel/script.lock'] });
  await expect(runScript(locked, first, caller)).rejects.toThrow('the script is being run');
});

it('goes on with the script of a program that ended, and starts none', async () => {
  const files = { ...running, [paths.scriptRun]: '2\n', [paths.scriptExit]: '    \n' };
  const { io, did, said, caller } = machine(files, async (inner) => {
    await writeJournal(inner, entry(2, 'image', false), () => {});
    await exits(1)(inner);
  });
  expect(await followScript(io, caller)).toEqual({ failure: { verb: 'image', error: 'image failed' } });
  expect(said).toEqual(['one', 'two']);
  expect(did.filter((line) => line.startsWith('start'))).toEqual([]);
});

it('a script whose shell was killed has ended', async () => {
  const { io, caller } = machine({ ...running, [paths.scriptRun]: '1\n' }, (inner) => inner.remove('/proc/77'));
  expect(await followScript(io, caller)).toEqual({ failure: { verb: '', error: 'a line of the script was ended' } });
});
