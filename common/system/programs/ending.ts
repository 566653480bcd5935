import { Interrupted } from '../interrupt.ts';
import type { Command, RunHooks } from '../io.ts';

/** Time between TERM and KILL. */
export const killDelayMs = 5000;

/** How a program is ended: by a caller's word, at its limit of time, or when the caller's signal is aborted. */
export class Ending {
  /** It did not end in time. */
  timedOut = false;
  /** Its whole group gets a signal that ends it. */
  isEnding = false;
  private readonly pid: number | undefined;
  private readonly command: Command;
  private readonly signal: AbortSignal | undefined;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(pid: number | undefined, command: Command, { signal }: RunHooks) {
    this.pid = pid;
    this.command = command;
    this.signal = signal;
    if (command.limitMs !== undefined)
      this.timers.push(
        setTimeout(() => {
          this.timedOut = true;
          this.endSoftly();
        }, command.limitMs),
      );
    signal?.addEventListener('abort', this.endSoftly);
    if (signal?.aborted) this.endSoftly();
  }

  /** Gives a signal to its process group, or to itself alone where it stays in ours. */
  readonly end = (name: NodeJS.Signals) => {
    if (this.pid === undefined) return;
    this.isEnding ||= name !== 'SIGHUP';
    try {
      process.kill(this.command.terminal ? this.pid : -this.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };

  private readonly endSoftly = () => {
    // The terminal has sent it to the program, too.
    if (this.command.terminal && isFromTerminal(this.signal?.reason)) return;
    this.end('SIGTERM');
    this.timers.push(setTimeout(() => this.end('SIGKILL'), killDelayMs));
  };

  /** It has ended: nothing more is sent. */
  done(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.signal?.removeEventListener('abort', this.endSoftly);
  }
}

const isFromTerminal = (reason: unknown) => reason instanceof Interrupted && reason.signal === 'SIGINT';
