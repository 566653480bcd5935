import { UserError } from '../system/errors.ts';
import { quoteWord } from '../system/quote.ts';

/** Writes a value so that its language reads back just this value: quotes it, leaves out needless characters, or refuses. */
export type Writer = (text: string) => string;

/** Allows the characters that the language takes without quotes; the administrator must change any other value. */
function only(language: string, allowed: RegExp): Writer {
  return (text) => {
    if (allowed.test(text)) return text;
    throw new UserError(
      `${JSON.stringify(text)} cannot be written into ${language}`,
      'For a path, give another --root: letters, digits, dots, dashes and underscores always do.',
    );
  };
}

/**
 * Text for iPXE's echo. A command ends at the words `;`, `&&` and `||` and at a word that begins with `#`, `${` begins a setting,
 * a backslash joins lines, and nothing can be quoted (iPXE, core/exec.c and image/script.c).
 */
const ipxeText: Writer = (text) => text.replaceAll(/[^A-Za-z0-9 .,:"'()=_/@+-]/g, '?');

/** Why iPXE would not pass on a word as it is; undefined if it does. */
export function ipxeProblem(word: string): string | undefined {
  if (/^(;|&&|\|\||#.*)$/.test(word)) return `iPXE ends a command at ${word}`;
  if (word.includes('${')) return 'iPXE reads ${ as the name of a setting';
  if (!/^[\x21-\x7e]+$/.test(word) || word.endsWith('\\'))
    return 'iPXE passes on plain ASCII, without a backslash at its end';
  return undefined;
}

/** Words of a kernel command line in an iPXE script, which are not changed. */
export function ipxeWords(words: readonly string[]): string {
  const wrong = words.find((word) => ipxeProblem(word) !== undefined);
  if (wrong === undefined) return words.join(' ');
  throw new UserError(
    `${JSON.stringify(wrong)} cannot be a word for the kernel: ${ipxeProblem(wrong)}`,
    'Correct append in server.toml, or --append.',
  );
}

/** A word of grub's, quoted as in sh(1) (GNU GRUB manual, Quoting). */
export const grubWord: Writer = (text) => quoteWord(text.replaceAll(/[^\x20-\x7e]/g, ''));

/** A string of Lua (Lua 5.2 Reference Manual, 3.1), in plain ASCII. */
export const luaText: Writer = (text) =>
  `"${text.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** A line of comment in a script of sh(1): text of any alphabet, and nothing that ends a line or moves a cursor. */
export const shellComment: Writer = (text) => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');

/** A value of dnsmasq.conf(5), where commas part values, `#` begins a comment, and quotes and backslashes are read. */
const dnsmasqValue = only('dnsmasq.conf', /^([^\p{C}\p{Z},#"\\]+( +[^\p{C}\p{Z},#"\\]+)*)?$/u);

/** A host's name in a dhcp-host line of dnsmasq(8); empty for names that dnsmasq reads as a keyword or as the time of a lease. */
export const dnsmasqHost: Writer = (name) => (/^(ignore|infinite|\d+[smhdw]?)$/i.test(name) ? '' : dnsmasqValue(name));

/** A value of rsyncd.conf(5): `%` names a variable, a backslash joins lines, blanks around a value are dropped. */
export const rsyncdValue = only('rsyncd.conf', /^([^\p{C}\p{Z}%\\]+( +[^\p{C}\p{Z}%\\]+)*)?$/u);

/** A value of dhcpd.conf(5), bare or between quotes: names, addresses and URLs. */
const dhcpdValue = only('dhcpd.conf', /^[A-Za-z0-9._:/-]*$/);

/** The writer of the values of each template in templates/; the same writer has written the text for {{{NAME}}} before. */
export const writers = {
  'boot.ipxe': ipxeText,
  'grub.cfg': grubWord,
  'medium-grub.cfg': grubWord,
  'dnsmasq.conf': dnsmasqValue,
  'dnsmasq-boot': dnsmasqValue,
  'dnsmasq-subnet.conf': dnsmasqValue,
  'dhcpd.conf': dhcpdValue,
  'rsyncd.conf': rsyncdValue,
  master: quoteWord,
} satisfies Record<string, Writer>;
export type TemplateName = keyof typeof writers;
