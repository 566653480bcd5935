/**
 * Control characters (C0, DEL and C1: ECMA-48), and characters that are not seen or turn the direction of writing (Unicode's
 * categories Cf, Zl and Zp). Tabs and line ends stay: texts have several lines.
 */
const unseen = /[^\P{Cc}\t\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * The text for a terminal or a log: a character that would steer a terminal becomes an escape of JSON, `\u001b`. So
 * JSON stays the same JSON.
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, (one) =>
    Array.from({ length: one.length }, (_, at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
