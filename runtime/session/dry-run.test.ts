import { expect, it } from 'vitest';
import { UserError } from '../../common/system/errors.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import type { Verb } from '../verbs/verb.ts';
import { dryRun } from './dry-run.ts';

/** A verb that adds its name to the state's image, and a step that says what it found there. */
const verb = (name: string, probe: Verb['probe'] = async () => ({})): Verb => ({
  name,
  summary: name,
  declare: (command) => command,
  needs: { programs: {}, modules: [] },
  probe,
  plan: (_facts, state) => ({
    steps: [{ why: `${name} after ${state.image?.name ?? 'nothing'}`, kind: 'run', argv: [name] }],
    state: { ...state, image: { name, bytes: 1, inodes: 1 } },
  }),
});

async function shown(text: string, verbs: Verb[]): Promise<string[]> {
  const { io, did } = recorderIo({});
  const said: string[] = [];
  await dryRun(
    text,
    verbs,
    (_, words) => ({ args: words, options: {} }),
    io,
    (line) => void said.push(line),
  );
  expect(did).toEqual([]);
  return said;
}

it('plans each verb on what the one before would leave', async () => {
  expect(await shown('boel one\nboel two\n', [verb('one'), verb('two')])).toEqual([
    'line 1: boel one',
    '  # one after nothing\n  one',
    'line 2: boel two',
    '  # two after one\n  two',
  ]);
});

it('goes on after a verb that must look at what is not there yet', async () => {
  const early = verb('boot', () => Promise.reject(new UserError('there is no kernel', 'Pull the image.')));
  expect(await shown('boel boot\nboel two\n', [early, verb('two')])).toEqual([
    'line 1: boel boot',
    '  cannot be shown before the steps above are done: there is no kernel',
    'line 2: boel two',
    '  # two after nothing\n  two',
  ]);
});

it('ends at a layout that cannot be', async () => {
  const layout = verb('layout', () => Promise.reject(new UserError('no disk is large enough', 'Add one.')));
  await expect(shown('boel layout\nboel two\n', [layout, verb('two')])).rejects.toThrow('no disk is large enough');
});
