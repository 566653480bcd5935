import type { Frame } from './frame.ts';
import type { Argv, Exit, Owner } from './io.ts';
import type { AbsPath, Place } from './place.ts';

/** Text that goes to a program or into a file. A secret is shown, logged and reported only as `as`. */
export type Text = string | { secret: string; as: string };

/**
 * When to run a program again. `when` sees how it ended now and the times before, and gives the reason to show, or false
 * to give up. The delay doubles each time, up to a minute.
 */
export type Retry = {
  times: number;
  firstDelayMs: number;
  when: (exit: Exit, before: readonly Exit[]) => string | false;
};

/** What a program's output says of its progress; each is a parser in progress.ts. */
export type ProgressFormat = { kind: 'rsync-progress2'; totalBytes?: number };

/** A block device that a step overwrites: its name in the script and here. */
export type Device = { name: string; node: AbsPath };

/** Something to wait for. */
export type Condition =
  | { kind: 'file'; at: AbsPath }
  | { kind: 'gone'; at: AbsPath }
  | { kind: 'file-says'; at: AbsPath; text: string }
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'line'; text: string };

/** Changes the bytes that a program gets. */
export type Through = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

export type RunStep = {
  kind: 'run';
  argv: Argv;
  chroot?: AbsPath;
  env?: Record<string, string>;
  /**
   * `frames`: their contents, each checked before the program gets it (readFrames); the progress is told by itself. `through`: what
   * changes the contents on their way.
   */
  stdin?: Text | Place | { frames: readonly Frame[]; ifDamaged?: string; through?: Through };
  /** Exit codes other than 0 that are no failure, and what each means. */
  ok?: Record<number, string>;
  /** What to do now, for exit codes of which we know it. */
  hints?: Record<number, string>;
  retry?: Retry;
  limitMs?: number;
  progress?: ProgressFormat;
  /** Its output is for the log: a site's own script, not a tool whose output matters only when it fails. */
  showsOutput?: boolean;
  destroys?: Device[];
  /** A person's own program: it gets the terminal. */
  terminal?: boolean;
  /** What the program writes, for `--list-writes`. */
  writes?: Place[];
};
export type WriteStep = {
  kind: 'write';
  at: Place;
  content: Text;
  mode: number;
  owner?: Owner;
  /** Keep what was there as FILE.~N~. */
  backup?: boolean;
};
export type MkdirStep = { kind: 'mkdir'; at: Place; mode?: number; owner?: Owner };
export type RemoveStep = { kind: 'remove'; at: Place };
/** Removes names below a root, in this order: files and links, and folders that are empty by then; other folders stay. */
export type PruneStep = { kind: 'prune'; root: AbsPath; names: readonly string[] };
export type SymlinkStep = { kind: 'symlink'; at: Place; target: string };
/** Copies one file with its mode. */
export type CopyStep = { kind: 'copy'; from: Place; to: Place };
export type RenameStep = { kind: 'rename'; from: Place; to: Place };
export type MountStep = {
  kind: 'mount';
  source: string;
  at: Place;
  /** As for mount(8) -t; `bind` binds a directory. */
  type: string;
  options: string[];
  /** `group`: unmounted when the group around it is left; `session`: stays. */
  lasts: 'group' | 'session';
};
export type StartStep = {
  kind: 'start';
  name: string;
  argv: Argv;
  env?: Record<string, string>;
  ready: Condition;
  limitMs: number;
  logFile?: AbsPath;
};
export type WaitStep = { kind: 'wait'; for: Condition; limitMs: number; hint: string };
/** Steps whose mounts and started programs are undone in reverse when the group ends, also by an error or a signal. */
export type GroupStep = { kind: 'group'; steps: Step[] };

/** One thing to do, as data. `why` is a sentence: the console, the log and a dry run show it. */
export type Step = { why: string } & (
  | RunStep
  | WriteStep
  | MkdirStep
  | RemoveStep
  | PruneStep
  | SymlinkStep
  | CopyStep
  | RenameStep
  | MountStep
  | StartStep
  | WaitStep
  | GroupStep
);

/** What a plan gives: the steps, and what to tell before them. */
export type Plan = { steps: Step[]; say?: string };

/** The text itself, for a program or a file only. */
export function revealText(text: Text): string {
  return typeof text === 'string' ? text : text.secret;
}

/** The text as people may see it. */
export function showText(text: Text): string {
  return typeof text === 'string' ? text : `<${text.as}>`;
}
