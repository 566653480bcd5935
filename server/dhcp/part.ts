import { UserError } from '../../common/system/errors.ts';
import type { Configuration } from './kind.ts';

/** Our parts of a text configuration are between two comments, which name them: `subnet 10.0.0.0/24`, `reservations`. */
const begin = (name: string) => `# SystemImager begin: ${name}`;
const end = (name: string) => `# SystemImager end: ${name}`;

type Part = { name: string; body: string; start: number; end: number };

/** Our parts, in the order of the file. UserError if somebody removed one of the comments. */
export function partsOf({ text, file }: Configuration): Part[] {
  const found: Part[] = [];
  let open: { name: string; start: number; bodyStart: number } | undefined;
  for (const match of text.matchAll(/^# SystemImager (begin|end): (.*)\n?/gm)) {
    const [line, which, name = ''] = match;
    if (
      (which === 'begin') === (open !== undefined) ||
      (open && open.name !== name) ||
      found.some((one) => one.name === name)
    )
      throw new UserError(
        `${file}: ${JSON.stringify(line.trimEnd())} has no counterpart`,
        'Our part stands between a begin and an end: put the comment back, or remove the part by hand.',
      );
    if (open) {
      const body = text.slice(open.bodyStart, match.index);
      found.push({ name, body, start: open.start, end: match.index + line.length });
      open = undefined;
    } else open = { name, start: match.index, bodyStart: match.index + line.length };
  }
  if (open)
    throw new UserError(
      `${file}: "${begin(open.name)}" has no counterpart`,
      'Our part stands between a begin and an end: put the comment back, or remove the part by hand.',
    );
  return found;
}

/** What the administrator wrote: the text without our parts. Line numbers stay. */
export function foreignText(configuration: Configuration): string {
  return partsOf(configuration).reduceRight((text, part) => {
    const lines = text.slice(part.start, part.end).replaceAll(/[^\n]/g, '');
    return text.slice(0, part.start) + lines + text.slice(part.end);
  }, configuration.text);
}

/** The body of our part of this name. */
export function readPart(configuration: Configuration, name: string): string | undefined {
  return partsOf(configuration).find((one) => one.name === name)?.body;
}

/** The text with this part, in its place or at the end. */
export function withPart(configuration: Configuration, name: string, body: string): string {
  const { text } = configuration;
  const whole = `${begin(name)}\n${body.trimEnd()}\n${end(name)}\n`;
  const there = partsOf(configuration).find((one) => one.name === name);
  if (there) return text.slice(0, there.start) + whole + text.slice(there.end);
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${before === '' || before.endsWith('\n\n') ? '' : '\n'}${whole}`;
}
