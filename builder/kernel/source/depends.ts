/** One definition of a symbol: the expressions that must all hold, and whether a person may choose it or only other symbols do. */
type Definition = { needs: string[]; isAsked: boolean };

/** What the Kconfig files of Linux say of each symbol. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>;

/** An entry that asks: its type, or `prompt`, with a text. */
const asks = /^(bool|tristate|string|int|hex|prompt)\s+["']/;

/** Lines without help texts: such a text ends at a line that is less indented than its first line. */
function* withoutHelp(text: string): Generator<string> {
  // Of a help text: undefined outside, and 0 until its first line.
  let helpColumns: number | undefined;
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const columns = (/^\s*/.exec(line)?.[0] ?? '').replaceAll('\t', ' '.repeat(8)).length;
    if (helpColumns !== undefined) {
      if (line.trim() === '') continue;
      if (columns > 0 && columns >= helpColumns) {
        helpColumns ||= columns;
        continue;
      }
      helpColumns = undefined;
    }
    if (line.trim() === 'help') helpColumns = 0;
    else yield line;
  }
}

/**
 * Reads the `depends on` of each symbol, and those of the menus and `if` blocks around it
 * (Documentation/kbuild/kconfig-language.rst). A text may hold several files, one after the other.
 */
export function parseDefinitions(text: string): Definitions {
  const found = new Map<string, Definition[]>();
  const around: string[][] = [];
  let entry: Definition = { needs: [], isAsked: false };
  for (const line of withoutHelp(text)) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    const expression = rest.join(' ').replace(/#.*/, '').trim();
    if (word === 'config' || word === 'menuconfig') {
      entry = { needs: around.flat(), isAsked: false };
      found.set(expression, [...(found.get(expression) ?? []), entry]);
    } else if (word === 'menu' || word === 'choice') {
      entry = { needs: [], isAsked: false };
      around.push(entry.needs);
    } else if (word === 'if') around.push([expression]);
    else if (word === 'endmenu' || word === 'endif' || word === 'endchoice') around.pop();
    else if (word === 'comment') entry = { needs: [], isAsked: false };
    else if (word === 'depends') entry.needs.push(expression.replace(/^on\s+/, ''));
    else if (asks.test(line.trim())) entry.isAsked = true;
  }
  return found;
}

/** The parts of `a && (b || c)` that must hold: `a` and `(b || c)`. */
function conjuncts(expression: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const token of expression.split(/(&&|[()])/)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === '&&' && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${token}`);
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** True if a person may choose the symbol; the others follow from those. */
export const isAsked = (name: string, definitions: Definitions): boolean =>
  (definitions.get(name) ?? []).some((one) => one.isAsked);

/** What the symbol depends on and this configuration does not have; empty if that cannot be told. */
export function missingFor(name: string, definitions: Definitions, symbols: ReadonlyMap<string, string>): string[] {
  const isOn = (one: string) => (symbols.get(one) ?? 'n') !== 'n';
  const fails = (part: string) => {
    if (/^!\w+$/.test(part)) return isOn(part.slice(1));
    const names = part.match(/\b[A-Z0-9][A-Z0-9_]*\b/g) ?? [];
    return !/[!=$]/.test(part) && names.length > 0 && !names.some(isOn);
  };
  const each = (definitions.get(name) ?? []).map(({ needs }) => needs.flatMap(conjuncts).filter(fails));
  return each.some((missing) => missing.length === 0) ? [] : [...new Set(each.flat())];
}
