import net from 'node:net';

/**
 * Takes a name that only one process of this machine can have: an abstract Unix socket (unix(7)), which the kernel frees
 * however its owner ends. Gives the function that frees it; undefined where another process has it.
 */
export async function takeName(name: string): Promise<(() => Promise<void>) | undefined> {
  const lock = net.createServer((socket) => socket.destroy());
  const taken = await new Promise<boolean>((resolve, reject) => {
    lock.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    lock.listen({ path: `\0${name}` }, () => resolve(true));
  });
  if (!taken) return undefined;
  lock.unref();
  return () => new Promise((resolve) => lock.close(() => resolve()));
}
