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

/** What a machine refuses for reasons that a person can mend, and how (errno(3)). */
const mendable: Record<string, string> = {
  ENOSPC: 'Make room on that filesystem.',
  EDQUOT: 'The quota is used up: make room, or have it raised.',
  EROFS: 'That filesystem is read-only: mount it otherwise, or write elsewhere.',
  EACCES: 'Work as root, or give access to that path.',
  EPERM: 'Work as root, or give access to that path.',
};

/** The text for a terminal: two lines for a {@link UserError} and for what the machine refuses, the stack for our own bugs. */
export function describeError(error: unknown): string {
  const hint = mendable[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (hint && error instanceof Error) return `error: ${error.message}\n  hint: ${hint}`;
  if (error instanceof UserError) return `error: ${error.message}\n  hint: ${error.hint}`;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
