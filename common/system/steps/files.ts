import { printPlace } from '../place.ts';
import { quoteArgv } from '../quote.ts';
import { locate, octal, type StepKind } from './kind.ts';

/** Makes a directory and those above it. */
export const mkdir: StepKind<'mkdir'> = {
  print: (step) =>
    quoteArgv(['mkdir', '-p', ...(step.mode === undefined ? [] : ['-m', octal(step.mode)]), printPlace(step.at)]),
  async apply(step, { io }) {
    const { mode, owner } = step;
    await io.mkdir(await locate(step.at, io, true), {
      ...(mode === undefined ? {} : { mode }),
      ...(owner ? { owner } : {}),
    });
  },
};

/** Removes a file, a link or a tree; refuses where something is mounted in it. */
export const remove: StepKind<'remove'> = {
  print: (step) => quoteArgv(['rm', '-rf', printPlace(step.at)]),
  async apply(step, { io }) {
    await io.remove(await locate(step.at, io));
  },
};

/** Makes a symbolic link, in place of what was there. */
export const symlink: StepKind<'symlink'> = {
  print: (step) => quoteArgv(['ln', '-sfn', step.target, printPlace(step.at)]),
  async apply(step, { io }) {
    await io.symlink(await locate(step.at, io), step.target);
  },
};

/** Renames within one filesystem. */
export const rename: StepKind<'rename'> = {
  print: (step) => quoteArgv(['mv', '-T', printPlace(step.from), printPlace(step.to)]),
  async apply(step, { io }) {
    await io.rename(await locate(step.from, io), await locate(step.to, io));
  },
};

/** Copies one file; links on the way to either stay inside their roots. */
export const copy: StepKind<'copy'> = {
  print: (step) => quoteArgv(['cp', printPlace(step.from), printPlace(step.to)]),
  async apply(step, { io }) {
    await io.copy(await locate(step.from, io, true), await locate(step.to, io, true));
  },
};
