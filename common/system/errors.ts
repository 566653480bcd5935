/** An error that somebody can act on. It prints as two lines and the program exits 1; any other error is our own bug. */
export class UserError extends Error {
  /** What to do now, as one sentence. */
  readonly hint: string;

  /**
   * @param message what happened, with the numbers and the path
   * @param hint what to do now
   */
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'UserError';
    this.hint = hint;
  }
}

/** The text for a terminal: two lines for a {@link UserError}, the stack for our own bugs. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return `error: ${error.message}\n  hint: ${error.hint}`;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
