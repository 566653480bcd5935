import { UserError } from '../../system/errors.ts';

/** The most problems that one error shows. */
const shown = 10;

type Problem = { line: number; text: string };

/** The error for a text that cannot be read, with each wrong line. */
export class WrongLines extends UserError {
  readonly lines: readonly Problem[];

  constructor(message: string, hint: string, lines: readonly Problem[]) {
    super(message, hint);
    this.lines = lines;
  }
}

/** The problems of a text, by line. One error shows them together, after the whole text has been read. */
export class Problems {
  readonly found: Problem[] = [];

  add(line: number, text: string): undefined {
    this.found.push({ line, text });
    return undefined;
  }

  /** Throws one error with all of them, in the order of the lines. */
  throwIfAny(what: string, hint: string): void {
    if (this.found.length === 0) return;
    const inOrder = this.found.toSorted((a, b) => a.line - b.line);
    const lines = inOrder.slice(0, shown).map(({ line, text }) => `\n    line ${line}: ${text}`);
    const more = this.found.length > shown ? `\n    and ${this.found.length - shown} more` : '';
    throw new WrongLines(`${what}:${lines.join('')}${more}`, hint, inOrder);
  }
}
