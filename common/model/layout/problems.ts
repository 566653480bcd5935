import { UserError } from '../../system/errors.ts';

/** As many problems as one error shows. */
const shown = 10;

type Problem = { line: number; text: string };

/** A text that does not read, with each line that is wrong. */
export class WrongLines extends UserError {
  readonly lines: readonly Problem[];

  constructor(message: string, hint: string, lines: readonly Problem[]) {
    super(message, hint);
    this.lines = lines;
  }
}

/** What is wrong with a text, by line. The whole text is read before anybody is told. */
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
