import { UserError } from '../system/errors.ts';

/** `boel host --ip`: how the installed machine gets its address; `replicant` leaves the golden client's network files. */
export const ipAssignments = ['dhcp', 'static', 'replicant'] as const;
export type IpAssignment = (typeof ipAssignments)[number];
/** How commands explain the option that takes one of these words. */
export const ipAssignmentWords = 'how machines get their IP address; replicant keeps the network files of the image';

/** `boel finish`: what the machine does when it is installed. */
export const endings = ['reboot', 'poweroff', 'shell', 'beep', 'kexec'] as const;
export type Ending = (typeof endings)[number];
/** How commands explain the option or argument that takes one of these words. */
export const endingWords = 'what machines do after the installation';

/** One line of an autoinstall script as it can be read without a shell. */
export type ScriptLine =
  /** A plain call of a verb, with the text of its here-document. */
  | { kind: 'verb'; line: number; verb: string; args: string[]; stdin: string }
  /** Anything else that a shell would run. */
  | { kind: 'shell'; line: number; text: string };

/** Characters that make a word mean more to sh(1) than itself. */
const special = /[$`\\|&;<>()*?[\]{}~!#=%\n]/;

/** The words of a line of plain and quoted words; undefined if only a shell can read the line. */
function plainWords(text: string): string[] | undefined {
  const words: string[] = [];
  for (const match of text.trim().matchAll(/(?:'([^']*)'|"([^"$`\\]*)"|([^\s'"]+))(?:\s+|$)|(\S)/gy)) {
    const [, single, double, bare, other] = match;
    if (other !== undefined || (bare !== undefined && special.test(bare.replaceAll('=', '')))) return undefined;
    words.push(single ?? double ?? bare ?? '');
  }
  return words;
}

/**
 * Reads an autoinstall script without running any line. Comments, empty lines and `set -e` are left out; a line that is no
 * plain `boel VERB …` comes back as `shell`. Throws UserError for a here-document without an end.
 */
export function parseScript(text: string): ScriptLine[] {
  const lines = text.split('\n');
  const result: ScriptLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const number = at + 1;
    const line = (lines[at] ?? '').trim();
    if (line === '' || line.startsWith('#') || /^set -e\b/.test(line)) continue;
    const heredoc = /<<\s*'([A-Za-z_]+)'\s*(?:$|#.*)/s.exec(line);
    const words = plainWords(line.slice(0, heredoc?.index).replace(/\s#.*/s, ''));
    let stdin = '';
    if (heredoc) {
      const end = lines.indexOf(heredoc[1] ?? '', at + 1);
      if (end < 0)
        throw new UserError(
          `line ${number}: the text after <<'${heredoc[1]}' has no end`,
          `Add a line that holds just ${heredoc[1]}.`,
        );
      stdin = lines
        .slice(at + 1, end)
        .map((one) => `${one}\n`)
        .join('');
      at = end;
    }
    const [program, verb, ...args] = words ?? [];
    if (program === 'boel' && verb !== undefined) result.push({ kind: 'verb', line: number, verb, args, stdin });
    else result.push({ kind: 'shell', line: number, text: line });
  }
  return result;
}
