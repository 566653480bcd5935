import { expect, it } from 'vitest';
import { emptyState } from '../../common/model/state.ts';
import type { Io } from '../../common/system/io.ts';
import { recorderIo, type RecordedFile } from '../../test/helpers/recorder-io.ts';
import type { Discovery } from '../discovery/index.ts';
import { paths } from '../paths.ts';
import { createSession } from './session.ts';

const setting = (value: string) => ({ value, from: 'boot prompt', detail: '' }) as const;

/** What discovery finds, with these settings. */
const found = (settings: Record<string, string>): Discovery =>
  ({
    firmware: 'bios',
    card: undefined,
    cards: [],
    script: { name: 'web1.sh', text: 'boel layout\n' },
    settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, setting(value)])),
  }) as unknown as Discovery;

/** A machine whose script ends at once with an exit code; `settings` undefined: discovery fails. */
function machine(options: { files?: Record<string, RecordedFile>; settings?: Record<string, string>; code?: number }) {
  const { io, did, files } = recorderIo({ files: { '/etc/boel-built': '0\n', ...options.files } });
  const stop = new AbortController();
  const watched: Io = {
    ...io,
    sleep: async () => io.write(paths.scriptExit, `${options.code ?? 0}\n`, { mode: 0o600 }),
  };
  const discovered: string[] = [];
  const session = createSession({
    io: watched,
    async discover() {
      discovered.push('discovered');
      if (options.settings === undefined) throw new Error('no card has a link');
      return found(options.settings);
    },
    fetchScript: async () => 'boel mkfs\n',
    version: '6',
    becomeResident: async () => void discovered.push('resident'),
  });
  const log = async () => (await io.readText(paths.console)) ?? '';
  const started = () => did.filter((line) => line.startsWith('start ')).length;
  return {
    session,
    discovered,
    did,
    files,
    stop,
    log,
    started,
    start: (again = false) => session.start(stop.signal, { again }),
  };
}

const hasNotice = (files: Map<string, unknown>) => files.has(paths.notice);

it('answers first, then finds out who it is, and runs the script', async () => {
  const { start, discovered, files, log, started } = machine({ settings: { HOSTNAME: 'web1' } });
  await start();
  expect(discovered).toEqual(['resident', 'discovered']);
  expect(files.get(paths.script)).toBe('boel layout\n');
  expect(started()).toBe(1);
  expect(await log()).toMatch(/Script: web1.sh\n.*The script is done\.\n$/);
  expect(hasNotice(files)).toBe(false);
});

it.each([
  ['discovery fails', {}, /no card has a link/],
  ['the script fails', { settings: {}, code: 3 }, /a line of the script ended with exit code 3/],
  ['ACTION=shell', { settings: { ACTION: 'shell' } }, /nothing was installed/],
])('has shells opened that say why: %s', async (_, options, words) => {
  const { start, files } = machine(options);
  await start();
  expect(files.get(paths.notice)).toMatch(words);
});

it.each(['reboot', 'poweroff'])('ONFAIL=%s opens no shell', async (onFail) => {
  const { start, files, did } = machine({ settings: { ONFAIL: onFail }, code: 1 });
  await start();
  expect(hasNotice(files)).toBe(false);
  expect(did).toContain(`run ${onFail}`);
});

it('a notice that a full /run does not take is a file all the same', async () => {
  const { io, files } = recorderIo({ files: { '/etc/boel-built': '0\n' } });
  const write = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  const discover = () => Promise.reject(new Error('it failed'));
  const rest = { fetchScript: async () => '', version: '6', becomeResident: async () => {} };
  await createSession({ io: { ...io, write }, discover, ...rest }).start(new AbortController().signal, {});
  expect(files.get(paths.notice)).toBe('');
});

it('refuses on a machine that did not boot BOEL, before it answers anybody', async () => {
  const { start, discovered, files } = machine({});
  files.delete('/etc/boel-built');
  await expect(start()).rejects.toThrow('did not boot BOEL');
  expect(discovered).toEqual([]);
});

/** What a session leaves that ended while its script ran. */
const begun = { [paths.scriptRun]: '1\n', [paths.scriptExit]: '    \n', [paths.script]: 'boel layout\n' };

it.each([
  ['before its script began', {}, 1, 'discovered'],
  ['while its script ran', begun, 0, 'followed'],
])('started again after one that ended %s, it starts no second script', async (_, files, starts, how) => {
  const { start, discovered, log, started } = machine({ settings: {}, files });
  await start(true);
  expect(discovered.at(-1)).toBe(how === 'followed' ? 'resident' : 'discovered');
  expect(started()).toBe(starts);
  expect(await log()).toMatch(/The script is done\.\n$/);
});

it('started again where shells are open, it only answers', async () => {
  const { start, discovered, did } = machine({ settings: {}, files: { ...begun, [paths.notice]: 'It failed.\n' } });
  const before = did.length;
  await start(true);
  expect(discovered).toEqual(['resident']);
  expect(did.slice(before)).toEqual(['mkdir /run/boel']);
});

it('started again after a failure of the script, it opens the shells', async () => {
  const state = { ...emptyState, settings: { ONFAIL: setting('shell') } };
  const { start, files } = machine({ files: { ...begun, [paths.state]: JSON.stringify(state) }, code: 4 });
  await start(true);
  expect(files.get(paths.notice)).toContain('ended with exit code 4');
});

it('resumes with the script of the server where that is asked for, and says what to do where it fails again', async () => {
  const state = { ...emptyState, script: 'web1.sh' };
  const { session, files, started, stop } = machine({ files: { [paths.state]: JSON.stringify(state) }, code: 1 });
  const caller = { signal: stop.signal, say: () => {} };
  await expect(session.resume({ fetch: true }, caller)).rejects.toMatchObject({
    hint: expect.stringContaining('boel resume'),
  });
  expect(files.get(paths.script)).toBe('boel mkfs\n');
  expect(started()).toBe(1);
  await expect(machine({}).session.resume({}, caller)).rejects.toThrow('no script yet');
});
