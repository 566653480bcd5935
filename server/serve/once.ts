import { createHash } from 'node:crypto';
import net from 'node:net';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { takeName } from '../images/lock.ts';
import type { ServerPaths } from '../config/paths.ts';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

function listen(server: net.Server, where: net.ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Makes sure that this is the only server for `root`. Gives a function that frees its name.
 */
export async function lockServer(io: Io, root: AbsPath, paths: Pick<ServerPaths, 'run'>): Promise<() => Promise<void>> {
  const pidFile = under(paths.run, 'serve.pid');
  const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
  const free = await takeName(`systemimager-serve-${name}`);
  if (!free) {
    const pid = (await io.readText(pidFile))?.trim() ?? 'unknown';
    throw new UserError(
      `systemimager serve runs already for ${root} (process ${pid})`,
      `Use that one, or end it first: kill ${pid}`,
    );
  }
  await io.mkdir(paths.run);
  await io.write(pidFile, `${process.pid}\n`, { mode: 0o644 });
  return async () => {
    await io.remove(pidFile);
    await free();
  };
}

/** Refuses a TCP port that another program has. `flag` is what chooses another one. */
export async function checkPort(port: number, what: string, flag: string): Promise<void> {
  const trial = net.createServer();
  try {
    await listen(trial, { port });
  } catch (error) {
    throw portProblem(error, port, what, flag);
  }
  await new Promise((resolve) => trial.close(resolve));
}

/** The error of a port that cannot be opened, in words. */
export function portProblem(error: unknown, port: number, what: string, flag: string): unknown {
  if (codeOf(error) === 'EACCES')
    return new UserError(
      `port ${port} for ${what} needs root`,
      `Run it as root, or choose a port above 1023 by ${flag}.`,
    );
  if (codeOf(error) !== 'EADDRINUSE') return error;
  return new UserError(
    `port ${port} for ${what} is taken by another program`,
    `End that program (ss -ltnp sport = :${port} names it), or choose another port by ${flag}.`,
  );
}
