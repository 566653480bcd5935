/** Text for groff's man macros (groff_char(7)): a copied dash stays a dash, and other characters than ASCII go by code point. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll(
      /[^\n\x20-\x7e]/gu,
      (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** A line of text; `\&` before a leading dot or quote keeps groff from reading the line as a request. */
const line = (text: string) => (/^[.']/.test(text) ? `\\&${escape(text)}` : escape(text));

export const bold = (text: string) => `\\fB${escape(text)}\\fR`;
export const italic = (text: string) => `\\fI${escape(text)}\\fR`;

/** The request for the page's head (man(7), TH). It has no date, so that the same sources give the same page. */
export function title(name: string, version: string): string {
  return `.TH "${escape(name.toUpperCase())}" "8" "" "SystemImager ${escape(version)}" "SystemImager"\n`;
}

export const section = (name: string) => `.SH ${name}\n`;

/** Paragraphs, separated by empty lines; a paragraph with an indented line keeps its line breaks. */
export function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((part) => {
      const lines = part.split('\n');
      return lines.some((one) => /^\s/.test(one)) ? example(lines) : `.PP\n${lines.map(line).join('\n')}\n`;
    })
    .join('');
}

/** Lines that keep their line breaks. */
export function example(lines: readonly string[]): string {
  return `.PP\n.RS 4\n.nf\n${lines.map((one) => line(one.trim())).join('\n')}\n.fi\n.RE\n`;
}

/** A term, already in roff, and its meaning. */
export const item = (term: string, text: string) => `.TP\n${term}\n${line(text) || '\\&'}\n`;
