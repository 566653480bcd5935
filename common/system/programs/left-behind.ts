import net from 'node:net';
import type { ResultPromise } from 'execa';

/** A program that was started. */
export type Running = ResultPromise;

/**
 * Processes that a program leaves running (a daemon, transfers of a killed program) may hold its pipes open for hours: this
 * long after the program's end, all its output has been read.
 */
const drainMs = 2000;

type HowEnded = { exitCode?: number; signal?: NodeJS.Signals; cause?: unknown };

/**
 * How a program ended whose pipes other processes still hold some time later; these pipes no longer keep us from ending. Never
 * resolves while the program's whole group is being ended.
 */
export function leftBehind(running: Running, isEnding: () => boolean): Promise<HowEnded> {
  return new Promise((resolve) => {
    running.nodeChildProcess.once('exit', (code, signal) => {
      const drained = setTimeout(() => {
        if (isEnding()) return;
        for (const stream of [running.stdout, running.stderr]) if (stream instanceof net.Socket) stream.unref();
        resolve(signal ? { signal } : { exitCode: code ?? 0 });
      }, drainMs);
      running.then(
        () => clearTimeout(drained),
        () => clearTimeout(drained),
      );
    });
  });
}
