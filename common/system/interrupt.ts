/** Why the signal of a program's context was aborted: somebody ended the program. */
export class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signal: Interrupted['signal']) {
    super(`ended by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

/** A signal that is aborted when somebody ends this program: by Ctrl-C, TERM or HUP. */
export function onInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => interrupted.abort(new Interrupted(name)));
  return interrupted.signal;
}
