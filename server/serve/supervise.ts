import { messageOf, UserError } from '../../common/system/errors.ts';
import type { Argv, Child, Exit, Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import type { Condition } from '../../common/system/step.ts';
import { Backoff } from '../../common/system/retry.ts';
import { waitFor } from '../../common/system/steps/condition.ts';

/** A program that is kept running. */
export type Service = {
  name: string;
  argv: Argv;
  ready: Condition;
  logFile?: AbsPath;
  /** True for a program of ours: its lines go to the server's console. */
  isOurs?: boolean;
};

/** A service under supervision. */
export type Supervised = {
  /** Ends the service for good; resolves when no process of it is left. */
  stop(): Promise<void>;
  /** The running program's process; undefined while none runs. */
  pid(): number | undefined;
  /** A signal to the running program, such as the one that makes it read its files again. */
  signal(signal: NodeJS.Signals): void;
};

const firstDelayMs = 1000;
/** A program that ran longer than this starts with the first delay again. */
const healthyMs = 60_000;
/** The time in which a program must be ready. */
const readyLimitMs = 10_000;

/** How and why a program ended, for one line of the log. */
function ending(exit: Exit): string {
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
  const said = exit.stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const last = said.at(-1)?.trim();
  return last === undefined ? how : `${how}: ${last}`;
}

/**
 * Starts a service, and starts it again with a growing delay whenever it ends by itself. Throws UserError if it does not
 * even start the first time; later failures are told by `say`.
 */
export async function supervise(service: Service, io: Io, say: (line: string) => void): Promise<Supervised> {
  const stopped = new AbortController();
  const begin = async (): Promise<Child> => {
    const lines: string[] = [];
    const child = await io.start(
      { argv: service.argv },
      {
        logFile: service.logFile,
        onLine: (line) => {
          if (service.isOurs) say(line);
          lines.push(line);
          if (lines.length > 100) lines.shift();
        },
      },
    );
    const watch = new AbortController();
    const ready = waitFor(service.ready, readyLimitMs, `Look at what ${service.name} says.`, {
      io,
      signal: watch.signal,
      lines,
    });
    const died = child.exit.then((exit) => {
      throw new UserError(`${service.name} ${ending(exit)}`, `Run the program by hand: ${quoteArgv(service.argv)}`);
    });
    try {
      await Promise.race([ready, died]);
    } catch (error) {
      await child.stop();
      throw error;
    } finally {
      watch.abort();
      ready.catch(() => {});
      died.catch(() => {});
    }
    return child;
  };

  let child: Child | undefined = await begin();
  const run = async () => {
    const backoff = new Backoff(firstDelayMs);
    while (!stopped.signal.aborted) {
      const startedAt = performance.now();
      let reason: string;
      try {
        child ??= await begin();
        if (stopped.signal.aborted) await child.stop();
        reason = `${service.name} ${ending(await child.exit)}`;
        // Processes that the program left running would outlive the server; clients begin again where they were.
        child.kill('SIGTERM');
      } catch (error) {
        reason = messageOf(error);
      }
      child = undefined;
      if (stopped.signal.aborted) return;
      if (performance.now() - startedAt > healthyMs) backoff.reset();
      const delayMs = backoff.next();
      say(`${reason}; the next start is in ${delayMs / 1000} s`);
      await io.sleep(delayMs, stopped.signal).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await child?.stop();
      await running;
    },
    pid: () => child?.pid,
    signal: (signal) => child?.kill(signal),
  };
}
