import { Interrupted } from '../interrupt.ts';
import type { Command, RunHooks } from '../io.ts';

/** Time between TERM and KILL. */
export const killDelayMs = 5000;

/** Ends a program: when a caller asks for it, at its time limit, or when the caller's signal is aborted. */
export class Ending {
  /** True if the program did not end in time. */
  timedOut = false;
  /** True once the program's whole group has got a signal that ends programs. */
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

  /** Sends a signal to the program's process group, or to the program alone if it stays in our group. */
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
    // The terminal has sent SIGINT to the program, too.
    if (this.command.terminal && isFromTerminal(this.signal?.reason)) return;
    this.end('SIGTERM');
    this.timers.push(setTimeout(() => this.end('SIGKILL'), killDelayMs));
  };

  /** The program has ended: sends no more signals. */
  done(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.signal?.removeEventListener('abort', this.endSoftly);
  }
}

const isFromTerminal = (reason: unknown) => reason instanceof Interrupted && reason.signal === 'SIGINT';
