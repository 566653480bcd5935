import * as clack from '@clack/prompts';
import { visible } from './system/visible.ts';
import { UserError } from './system/errors.ts';

/** Asks for yes or no; `visible` escapes the question, which may quote text of a stranger. */
export const confirm = (question: clack.ConfirmOptions) =>
  clack.confirm({ ...question, message: visible(question.message) });

/** Asks for a line of text. */
export const text = (question: clack.TextOptions) => clack.text({ ...question, message: visible(question.message) });

/** Asks for one of several. */
export const select = <Value>(question: clack.SelectOptions<Value>) =>
  clack.select({ ...question, message: visible(question.message) });

/** Asks for a password; it is not shown. */
export const password = (question: clack.PasswordOptions) =>
  clack.password({ ...question, message: visible(question.message) });

/** The answer to a question on the terminal; UserError if the person gave up. */
export function answered<T>(value: T): Exclude<T, symbol> {
  if (typeof value !== 'symbol') return value as Exclude<T, symbol>;
  throw new UserError('nothing was changed', 'Run the command again when you know the answers.');
}

/** What is wrong with an answer, in words; undefined if nothing is wrong. */
export function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? `${error.message}. ${error.hint}` : String(error);
  }
}
