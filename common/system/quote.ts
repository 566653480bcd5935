const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word, quoted so that sh(1) reads back exactly this text. */
export function quoteWord(word: string): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line to paste into a shell. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
