import type { AbsPath } from './place.ts';

/** A program and its arguments; never a shell string. */
export type Argv = readonly [string, ...string[]];

/** A program to start. It gets an environment of ours (PATH, LC_ALL=C, HOME) plus `env`, and its own process group. */
export type Command = {
  argv: Argv;
  env?: Record<string, string>;
  /** Run with this directory as the root (chroot(8)). */
  chroot?: AbsPath;
  cwd?: AbsPath;
  stdin?: string | Uint8Array | { file: AbsPath };
  /** Write standard output to this file instead of keeping it. */
  stdoutFile?: AbsPath;
  /** Keep only the last 64 KiB of standard output. */
  keepsTail?: boolean;
  /** It prints its progress, a line for each file: standard output is read a few times a second, and only its end is kept. */
  isChatty?: boolean;
  /**
   * It gets our standard input, output and error, and stays in our process group: Ctrl-C reaches it from the terminal, and
   * it decides itself what that means. Nothing of its output is kept.
   */
  terminal?: boolean;
  /** It stays when we end, however that is; else it ends with us, and holds our locks until then (common/system/spawn.ts). */
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

/** Reads of the machine. Probes get only this and `run` of programs that change nothing. */
export type ReadIo = {
  /** Undefined when there is no such file. */
  read(at: AbsPath): Promise<Buffer | undefined>;
  readText(at: AbsPath): Promise<string | undefined>;
  /** At most `bytes` of a file from its byte `firstByte` (from 0) on; undefined when there is no such file. */
  readPart(at: AbsPath, firstByte: number, bytes: number): Promise<Buffer | undefined>;
  /** Undefined when it is no link. */
  readLink(at: AbsPath): Promise<string | undefined>;
  /** Names in a directory, sorted; undefined when there is no such directory. */
  list(at: AbsPath): Promise<string[] | undefined>;
  lstat(at: AbsPath): Promise<FileFacts | undefined>;
  /** Never throws for the exit code; throws UserError where the program cannot be started. */
  run(command: Command, hooks?: RunHooks): Promise<Exit>;
  /**
   * One HTTP request. Any status is an answer; ServerAway where no answer came. The body is at most 16 MiB.
   */
  http(request: HttpRequest): Promise<HttpAnswer>;
  now(): Date;
};

/** The one door to the machine: everything that starts a program or changes a file goes through an `Io`. */
export type Io = ReadIo & {
  start(command: Command, hooks?: RunHooks & { logFile?: AbsPath }): Promise<Child>;
  /** Whole or not at all: a temporary name beside the target, fsync, rename. */
  write(at: AbsPath, content: string | Uint8Array, attrs: { mode: number; owner?: Owner }): Promise<void>;
  append(at: AbsPath, content: string): Promise<void>;
  mkdir(at: AbsPath, attrs?: { mode?: number; owner?: Owner }): Promise<void>;
  /** Removes a file, a link or a whole tree (never crossing into a mounted filesystem); no error when there is none. */
  remove(at: AbsPath): Promise<void>;
  symlink(at: AbsPath, target: string): Promise<void>;
  rename(from: AbsPath, to: AbsPath): Promise<void>;
  copy(from: AbsPath, to: AbsPath): Promise<void>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Locks a file, which is made where there is none; undefined where another has the lock (common/system/lock.ts has words). */
  lock(at: AbsPath, options?: LockOptions): Promise<FileLock | undefined>;
};

/** A lock that this process has until it gives it back or ends. */
export type FileLock = AsyncDisposable;

/** How a lock is taken. */
export type LockOptions = {
  /** Wait so long for another who has it; without it not at all. */
  waitMs?: number;
  signal?: AbortSignal;
  /** The programs that we start hold it, too: whoever comes next works when the last of them has ended. */
  writersHoldIt?: boolean;
};

export type Owner = { uid: number; gid: number };
