import type { AbsPath, At } from './place.ts';

/** A program and its arguments; never a shell string. */
export type Argv = readonly [string, ...string[]];

/** A program to start. It gets an environment of ours (PATH, LC_ALL=C, HOME) plus `env`, and its own process group. */
export type Command = {
  argv: Argv;
  env?: Record<string, string>;
  /** Run with this directory as the root (chroot(8)). */
  chroot?: AbsPath;
  cwd?: AbsPath;
  stdin?: string | Uint8Array | { file: At } | { pieces: AsyncIterable<Uint8Array> };
  /** Write standard output to this file instead of keeping it. */
  stdoutFile?: AbsPath;
  /** Takes standard output piece by piece instead of keeping it. Its error ends the program, as an error of `stdin.pieces` does. */
  takesOutput?: (pieces: AsyncIterable<Buffer>) => Promise<void>;
  /** Keep only the last 64 KiB of standard output. */
  keepsTail?: boolean;
  /** It prints its progress, a line for each file: standard output is read a few times a second, and only its end is kept. */
  isChatty?: boolean;
  /**
   * It gets our standard input, output and error, and stays in our process group: Ctrl-C reaches it from the terminal, and
   * it decides itself what that means. Nothing of its output is kept.
   */
  terminal?: boolean;
  /** It goes on when we end, for any reason; by default it ends with us, and holds our locks until then (programs/). */
  outlivesUs?: boolean;
  /** Descriptors of ours that it gets as its own 3, 4, …, in place of our locks. */
  lends?: readonly number[];
  /** After this time the process group gets TERM, and KILL five seconds later. */
  limitMs?: number;
};

/** How a program ended. `stdout` is whole; `stderr` is whole up to 1 MiB. */
export type Exit = {
  argv: Argv;
  /** Exit code; 128 + signal number where a signal ended it. */
  code: number;
  signal?: string;
  timedOut: boolean;
  stdout: string;
  stderr: string;
};

/** Listeners while a program runs. A line ends at newline or carriage return. */
export type RunHooks = {
  signal?: AbortSignal;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
};

/** A program that keeps running. */
export type Child = {
  pid: number;
  exit: Promise<Exit>;
  /** TERM to the process group, KILL five seconds later; resolves when it is gone. */
  stop(signal?: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
};

/** A request of HTTP/1.1; `json` is sent as application/json by POST. */
export type HttpRequest = { url: string; json?: unknown; timeoutMs: number; signal?: AbortSignal };
export type HttpAnswer = { status: number; contentType: string; body: string };

/** What lstat(2) tells, as far as we use it. Sizes in bytes, times in ms. */
export type FileFacts = {
  kind: 'file' | 'dir' | 'link' | 'block' | 'char' | 'fifo' | 'socket';
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  mtimeMs: number;
  ino: number;
  dev: number;
  rdev: number;
  nlink: number;
};

/**
 * How a file is read. Only plain files are read, and whole; UserError for a file of more than `limitBytes` (64 MiB by default).
 * `isGiven`: a person named the file, which may be a pipe; `signal` ends the reading of a pipe.
 */
export type ReadHow = { limitBytes?: number; isGiven?: true; signal?: AbortSignal };

/**
 * Reads of the machine. Probes get only this and `run` of programs that change nothing. A {@link Place} is looked up inside its
 * root while the directories on the way are held open; a link at its last name is followed, except by `readLink` and `lstat`.
 */
export type ReadIo = {
  /** Undefined when there is no such file. */
  read(at: At, how?: ReadHow): Promise<Buffer | undefined>;
  readText(at: At, how?: ReadHow): Promise<string | undefined>;
  /** At most `bytes` of a plain file from its byte `firstByte` (from 0) on; undefined when there is no such file. */
  readPart(at: At, firstByte: number, bytes: number): Promise<Buffer | undefined>;
  /** Undefined when it is no link. */
  readLink(at: At): Promise<string | undefined>;
  /** Names in a directory, sorted; undefined when there is no such directory. */
  list(at: At): Promise<string[] | undefined>;
  lstat(at: At): Promise<FileFacts | undefined>;
  /** Facts of the file that a link leads to; undefined when there is no such file. */
  stat(at: At): Promise<FileFacts | undefined>;
  /**
   * Reads a named pipe line by line until `signal` is aborted. A line that is not read stays in the pipe as long as another program has
   * the pipe open.
   */
  readPipe(at: AbsPath, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Never throws for the exit code; throws UserError if the program cannot be started. */
  run(command: Command, hooks?: RunHooks): Promise<Exit>;
  /**
   * One HTTP request. Any status is an answer; ServerAway if no answer came. The body is at most 16 MiB.
   */
  http(request: HttpRequest): Promise<HttpAnswer>;
  now(): Date;
};

/** The one door to the machine: everything that starts a program or changes a file goes through an `Io`. */
export type Io = ReadIo & {
  start(command: Command, hooks?: RunHooks & { logFile?: AbsPath }): Promise<Child>;
  /** Whole or not at all: a temporary name beside the target, fsync, rename. In a {@link Place} a link is followed, and stays. */
  write(at: At, content: string | Uint8Array, attrs: { mode: number; owner?: Owner }): Promise<void>;
  append(at: At, content: string): Promise<void>;
  mkdir(at: At, attrs?: { mode?: number; owner?: Owner }): Promise<void>;
  /** Removes a file, a link or a whole tree (never crossing into a mounted filesystem); no error when there is none. */
  remove(at: At): Promise<void>;
  /** Removes a file, a link or an empty folder; no error if there is none, or if the folder is not empty. */
  removeOne(at: At): Promise<void>;
  symlink(at: At, target: string): Promise<void>;
  rename(from: At, to: At): Promise<void>;
  /** One plain file, whole or not at all. */
  copy(from: At, to: At): Promise<void>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Locks a file, which is made if missing; undefined if another process has the lock (common/system/lock.ts has words). */
  lock(at: AbsPath, options?: LockOptions): Promise<FileLock | undefined>;
};

/** A lock that this process has until it gives it back or ends. */
export type FileLock = AsyncDisposable;

/** How a lock is taken. */
export type LockOptions = {
  /** How long to wait for another process that has the lock; by default not at all. */
  waitMs?: number;
  signal?: AbortSignal;
  /** The programs that we start hold the lock, too: the next process gets it when the last of the programs has ended. */
  writersHoldIt?: boolean;
};

export type Owner = { uid: number; gid: number };
