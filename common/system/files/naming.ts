import { type At, printPlace } from '../place.ts';

/** Names the file in the error of a system call, which knows it by the directory that was held open, or not at all. */
export async function naming<T>(at: At, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) Object.assign(error, { path: printPlace(at), dest: undefined });
    throw error;
  }
}
