import net from 'node:net';
import type { ResultPromise } from 'execa';

/** A program that was started. */
export type Running = ResultPromise;

/**
 * What a program leaves running (a daemon, the transfers of one that was killed) may hold its pipes open for hours: so long
 * after its end, what it wrote has been read.
 */
const drainMs = 2000;

type HowEnded = { exitCode?: number; signal?: NodeJS.Signals; cause?: unknown };

/**
 * How a program ended whose pipes others still hold some time later; they no longer keep this program from its end. Never, where
 * its whole group is being ended.
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
