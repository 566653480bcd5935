import { printPlace, under } from '../place.ts';
import { quoteArgv } from '../quote.ts';
import { octal, type StepKind } from './kind.ts';

/** Makes a directory and those above it. */
export const mkdir: StepKind<'mkdir'> = {
  print: (step) =>
    quoteArgv(['mkdir', '-p', ...(step.mode === undefined ? [] : ['-m', octal(step.mode)]), printPlace(step.at)]),
  async apply(step, { io }) {
    const { mode, owner } = step;
    await io.mkdir(step.at, {
      mode,
      owner,
    });
  },
};

/** Removes a file, a link or a tree; refuses if something is mounted in it. */
export const remove: StepKind<'remove'> = {
  print: (step) => quoteArgv(['rm', '-rf', printPlace(step.at)]),
  async apply(step, { io }) {
    await io.remove(step.at);
  },
};

/** Removes many names; a folder with something in it stays. */
export const prune: StepKind<'prune'> = {
  print: ({ root, names }) =>
    `cd ${quoteArgv([root])} && xargs -d '\\n' rm -df -- <<'END'\n${names.map((name) => `${name}\n`).join('')}END`,
  async apply({ root, names }, { io, signal }) {
    for (const name of names) {
      signal?.throwIfAborted();
      await io.removeOne({ root, path: under('/', name) });
    }
  },
};

/** Makes a symbolic link, which replaces a file of that name. */
export const symlink: StepKind<'symlink'> = {
  print: (step) => quoteArgv(['ln', '-sfn', step.target, printPlace(step.at)]),
  async apply(step, { io }) {
    await io.symlink(step.at, step.target);
  },
};

/** Renames within one filesystem. */
export const rename: StepKind<'rename'> = {
  print: (step) => quoteArgv(['mv', '-T', printPlace(step.from), printPlace(step.to)]),
  async apply(step, { io }) {
    await io.rename(step.from, step.to);
  },
};

/** Copies one file; links on the way to either stay inside their roots. */
export const copy: StepKind<'copy'> = {
  print: (step) => quoteArgv(['cp', printPlace(step.from), printPlace(step.to)]),
  async apply(step, { io }) {
    await io.copy(step.from, step.to);
  },
};
