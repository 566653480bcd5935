import { UserError } from '../common/system/errors.ts';

/** The answer to a question on the terminal, or an end where the person gave up. */
export function answered<T>(value: T): Exclude<T, symbol> {
  if (typeof value !== 'symbol') return value as Exclude<T, symbol>;
  throw new UserError('nothing was changed', 'Run the command again when you know the answers.');
}

/** What is wrong with an answer, in words; undefined where nothing is. */
export function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? `${error.message}. ${error.hint}` : String(error);
  }
}
