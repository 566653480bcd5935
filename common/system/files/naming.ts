import { type At, printPlace } from '../place.ts';

/** Puts the file's path into the error of a system call; the call itself knows only the held directory, or no path at all. */
export async function naming<T>(at: At, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) Object.assign(error, { path: printPlace(at), dest: undefined });
    throw error;
  }
}
