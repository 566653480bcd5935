import net from 'node:net';
import { UserError } from '../../common/system/errors.ts';
import type { FileLock, Io } from '../../common/system/io.ts';
import { takeLock } from '../../common/system/lock.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
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

/** The file that says which `serve` runs. */
export const serveLock = ({ locks }: Pick<ServerPaths, 'locks'>): AbsPath => under(locks, 'serve');

/** Makes sure that this is the only server for `root`. */
export function lockServer(io: Io, root: AbsPath, paths: Pick<ServerPaths, 'locks'>): Promise<FileLock> {
  return takeLock(io, serveLock(paths), { busy: `systemimager serve runs already for ${root}` });
}

/** Refuses a TCP port that another program has. `flag` is the option that chooses another port. */
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
      `Run the command as root, or choose a port above 1023 by ${flag}.`,
    );
  if (codeOf(error) !== 'EADDRINUSE') return error;
  return new UserError(
    `port ${port} for ${what} is taken by another program`,
    `End that program (ss -ltnp sport = :${port} names it), or choose another port by ${flag}.`,
  );
}
