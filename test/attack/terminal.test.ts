import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WriteStream } from 'node:tty';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressPrinter } from '../../cli/progress-printer.ts';
import { describeError, UserError } from '../../common/system/errors.ts';
import { printLine, sayLine } from '../../common/system/terminal.ts';
import { consoleLog } from '../../runtime/session/console.ts';
import { paths } from '../../runtime/paths.ts';
import { recorderIo } from '../helpers/recorder-io.ts';

const top = path.resolve(import.meta.dirname, '..', '..');
const folders = ['common', 'machine', 'install', 'runtime', 'server', 'client', 'builder', 'cli'];
const sources = folders.flatMap((folder) =>
  readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name)),
);
const those = (pattern: RegExp) => sources.filter((file) => pattern.test(readFileSync(path.join(top, file), 'utf8')));

/** Title, cursor, colour by one character, and letters that run backwards. */
const hostile = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.sh\x7f\r';
const steers = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Bidi_Control}]/u;

describe('there is one door', () => {
  it('to standard output and error', () => {
    expect(those(/\bprocess\.(stdout|stderr)\.write\b|\bconsole\.(log|error|warn|info)\(/)).toEqual([
      'common/system/terminal.ts',
      // Its own name and version.
      'runtime/main.ts',
    ]);
  });
  it('to questions', () => expect(those(/from '@clack\/prompts'/)).toEqual(['common/answers.ts']));
});

describe('what strangers wrote steers no terminal', () => {
  afterEach(() => vi.restoreAllMocks());
  const written = (stream: 'stdout' | 'stderr', work: () => void) => {
    const spy = vi.spyOn(process[stream], 'write').mockReturnValue(true);
    spy.mockClear();
    work();
    return spy.mock.calls.map(([text]) => String(text)).join('');
  };
  it('as a line of a command, also as JSON, which stays the same JSON', () => {
    expect(written('stdout', () => printLine(hostile))).toBe(
      '\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u202egnp.sh\\u007f\\u000d\n',
    );
    const json = written('stdout', () => printLine(JSON.stringify({ name: hostile })));
    expect(json).not.toMatch(steers);
    expect(JSON.parse(json)).toEqual({ name: hostile });
  });
  it('as an error', () => {
    const error = new UserError(`${hostile} is no image`, `Name another than ${hostile}.`);
    expect(written('stderr', () => sayLine(describeError(error)))).not.toMatch(steers);
  });
  it('as progress', () => {
    let text = '';
    const show = progressPrinter({ isTTY: false, write: (more: string) => (text += more) !== '' } as WriteStream);
    show({ kind: 'started', depth: 0, step: { why: hostile, kind: 'remove', at: { root: '/', path: '/x' } } });
    show({ kind: 'note', step: { why: '', kind: 'remove', at: { root: '/', path: '/x' } }, text: hostile });
    expect(text).toContain('owned');
    expect(text).not.toMatch(steers);
  });
  it('on the console of the installer', async () => {
    const { io } = recorderIo({});
    consoleLog(io)(`one\n${hostile}`);
    await vi.waitFor(async () => expect(await io.readText(paths.console)).toBeDefined());
    const lines = (await io.readText(paths.console)) ?? '';
    expect(lines.trimEnd().split('\n')).toHaveLength(2);
    expect(lines).not.toMatch(steers);
  });
});
