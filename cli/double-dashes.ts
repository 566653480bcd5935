/**
 * The classic commands take long flags with one dash, as `-golden-client X` (Getopt::Long). Such a word becomes
 * `--golden-client`; one letter, a number, and everything after `--` stay as they are.
 */
export function doubleDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((word, at) => (/^-[A-Za-z][A-Za-z-]/.test(word) && (end < 0 || at < end) ? `-${word}` : word));
}
