import { UserError } from '../../common/system/errors.ts';

/** A statement of ISC dhcpd's files: its words, and the statements in its braces. dhcpd.conf(5), dhcpd.leases(5). */
export type Statement = { words: string[]; line: number; block?: Statement[] };

const token = /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|[{};]|[^\s{};"#]+/gsy;

/** Reads a file of ISC dhcpd. Quoted words lose their quotes. UserError with the line if braces or quotes do not match. */
export function parseStatements(text: string, file: string): Statement[] {
  const top: Statement[] = [];
  const open: { statements: Statement[]; line: number }[] = [{ statements: top, line: 1 }];
  let [line, words, startLine] = [1, [] as string[], 1];
  const problem = (at: number, what: string) =>
    new UserError(
      `${file}, line ${at}: ${what}`,
      'Correct that line; where the server is writing just now, try again.',
    );
  const finish = (block?: Statement[]) => {
    if (words.length > 0 || block) open.at(-1)?.statements.push({ words, line: startLine, block });
    words = [];
  };
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const word = token.exec(text)?.[0];
    if (word === undefined) throw problem(line, 'a quote that does not end');
    if (word === '{') {
      const block: Statement[] = [];
      finish(block);
      open.push({ statements: block, line });
    } else if (word === '}') {
      if (words.length > 0) throw problem(line, `${JSON.stringify(words.join(' '))} does not end in a semicolon`);
      if (open.length === 1) throw problem(line, 'a } without {');
      open.pop();
    } else if (word === ';') finish();
    else if (/^[^\s#]/.test(word)) {
      if (words.length === 0) startLine = line;
      words.push(word.startsWith('"') ? word.slice(1, -1) : word);
    }
    line += word.split('\n').length - 1;
  }
  if (open.length > 1) throw problem(open.at(-1)?.line ?? line, 'a { without }');
  if (words.length > 0) throw problem(startLine, `${JSON.stringify(words.join(' '))} does not end in a semicolon`);
  return top;
}

/** These statements and all statements in their braces. */
export function allStatements(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((one) => [one, ...allStatements(one.block ?? [])]);
}
