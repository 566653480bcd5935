import { expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { runWords } from './cli.ts';

/** Runs words; gives what they said, their exit code, and how the session was called. */
async function boel(words: string[], options: { files?: Record<string, string>; stdin?: string } = {}) {
  const { io, did } = recorderIo({ files: options.files ?? {} });
  const said = { out: '', err: '', asked: 0 };
  const calls: unknown[] = [];
  const code = await runWords(words, {
    io,
    signal: new AbortController().signal,
    env: {},
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    async readStdin() {
      said.asked += 1;
      return options.stdin ?? '';
    },
    session: {
      start: async (_, how) => void calls.push(['start', how]),
      resume: async (how) => void calls.push(['resume', how]),
    },
  });
  return { code, did, calls, ...said };
}

it('says its help and ends well; without a word it ends with 1', async () => {
  const help = await boel(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const word of ['session', 'resume', 'dry-run', 'state', 'layout', 'finish'])
    expect(help.out).toContain(`  ${word}`);
  expect(await boel([])).toMatchObject({ code: 1, out: '' });
});

it.each([
  [['imge'], /unknown command 'imge'.*\n.*Did you mean image/],
  [['mkfs', '--force'], /unknown option '--force'/],
])('says what is wrong with %j, and ends with 1', async (words, error) => {
  const said = await boel(words);
  expect(said).toMatchObject({ code: 1, out: '', did: [] });
  expect(said.err).toMatch(error);
});

it('an error is two lines, and changes nothing', async () => {
  const said = await boel(['mkfs']);
  expect(said).toMatchObject({ code: 1, out: '', did: [] });
  expect(said.err).toMatch(/did not boot BOEL.*\n.+\n$/);
});

it('reads standard input for the layout alone', async () => {
  expect(await boel(['mkfs', '--dry-run'])).toMatchObject({ asked: 0 });
  expect(await boel(['layout', '--dry-run'], { stdin: 'nonsense\n' })).toMatchObject({ asked: 1, code: 1 });
});

it('starts and resumes the session as its flags say', async () => {
  expect((await boel(['session'])).calls).toEqual([['start', {}]]);
  expect((await boel(['session', '--again'])).calls).toEqual([['start', { again: true }]]);
  expect((await boel(['resume', '--fetch'])).calls).toEqual([['resume', { fetch: true }]]);
});

it('prints the state', async () => {
  expect(JSON.parse((await boel(['state'])).out)).toMatchObject({ disks: {}, script: '' });
});

const script = ['set -e', 'echo hello', "boel layout <<'END'", 'nonsense', 'END'].join('\n');

it('shows a script without a shell, and ends at a layout that is none', async () => {
  const shown = await boel(['dry-run', '/s'], { files: { '/s': script } });
  expect(shown.code).toBe(1);
  expect(shown.out).toMatch(/^line 2: not checked, a shell would run: echo hello\nline 3: boel layout\n$/);
  expect(shown.did.filter((line) => !line.startsWith('run '))).toEqual([]);
});

it.each([
  ['boel imge\n', 'line 1: there is no verb imge'],
  [undefined, 'there is no /s'],
])('a script that cannot be shown is said: %j', async (text, error) => {
  const shown = await boel(['dry-run', '/s'], { files: text === undefined ? {} : { '/s': text } });
  expect(shown.code).toBe(1);
  expect(shown.err).toContain(error);
});
