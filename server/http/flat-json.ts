/** An event is one object of plain values and lists of plain values; the longest list is a thousand lines of a console. */
const most = { depth: 2, values: 2000 };

/** The end of the string whose quote is at `start`; -1 if the string does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === codes.backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

const codes = { quote: 0x22, comma: 0x2c, backslash: 0x5c, openList: 0x5b, closeList: 0x5d, open: 0x7b, close: 0x7d };

/**
 * Parses JSON (RFC 8259) from anybody; undefined for a text that is no JSON, nests deeper than an event or holds more values.
 * Depth and values are counted first: a megabyte of brackets takes a parser a second, and a schema ten.
 */
export function parseFlatJson(text: string): unknown {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === codes.quote) {
      at = endOfString(text, at);
      if (at === -1) return undefined;
    } else if (code === codes.comma) values += 1;
    else if (code === codes.openList || code === codes.open) {
      depth += 1;
      values += 1;
    } else if (code === codes.closeList || code === codes.close) depth -= 1;
    if (depth > most.depth || values > most.values) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
