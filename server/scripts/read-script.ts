import { parseLayout } from '../../common/model/layout/parse.ts';
import { parseScript } from '../../common/model/script.ts';
import { UserError } from '../../common/system/errors.ts';

/** What an autoinstall script does, as far as it can be read without a shell. */
export type ScriptFacts = {
  /** The images that `boel layout` and `boel image` name, each once. */
  images: string[];
  /** The verbs in order. */
  verbs: string[];
  /** What `boel run-parts` names, each once. */
  siteFolders: string[];
  /** Why the installer would refuse the script: a here-document without an end, or a layout that cannot be read. */
  problem?: UserError;
};

/** The value of `--image NAME` or `--image=NAME`. */
function flagImage(args: readonly string[]): string[] {
  const at = args.indexOf('--image');
  const typed = at < 0 ? args.find((arg) => arg.startsWith('--image='))?.slice('--image='.length) : args[at + 1];
  return typed === undefined ? [] : [typed];
}

/** The error that `work` throws for a person, if it does. */
function errorOf(work: () => void): UserError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}

/** Reads a script without running any of it. */
export function readScript(text: string): ScriptFacts {
  const images = new Set<string>();
  const verbs: string[] = [];
  const siteFolders = new Set<string>();
  let bad: UserError | undefined;
  const broken = errorOf(() => {
    for (const line of parseScript(text)) {
      if (line.kind !== 'verb') continue;
      const { verb, args, stdin } = line;
      verbs.push(verb);
      const named = verb === 'image' ? args.filter((arg) => !arg.startsWith('-')).slice(0, 1) : flagImage(args);
      for (const name of named) images.add(name);
      if (verb === 'run-parts' && args[0] !== undefined) siteFolders.add(args[0]);
      if (verb === 'layout' && stdin !== '') bad ??= errorOf(() => void parseLayout(stdin));
    }
  });
  const problem = broken ?? bad;
  return { images: [...images], verbs, siteFolders: [...siteFolders], problem };
}
