import { UserError } from '../system/errors.ts';
import { quoteWord } from '../system/quote.ts';
import { earlierName, likelySetting, withoutEffect } from './earlier-settings.ts';
import { checkSetting } from './setting-values.ts';
import { type SettingName, settingNames } from './settings.ts';

export type LocalCfg = { values: Partial<Record<SettingName, string>>; warnings: string[] };

/** A local.cfg has a few lines; a file of more bytes than this is something else with the same name. */
export const maxLocalCfgBytes = 64 * 1024;

/**
 * Reads a local.cfg: VARIABLE=value on each line, quoted as for sh(1), comments after `#`, `export` before. Nothing is expanded or
 * run. Line ends of Windows are accepted. Settings are checked; the first wrong setting is a UserError with file and line. A line
 * without a setting is a warning, or a UserError if the line likely means a setting.
 * @param where the file as people know it: `local.cfg on /dev/fd0`
 */
export function parseLocalCfg(content: Uint8Array | string, where: string): LocalCfg {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > maxLocalCfgBytes)
    throw new UserError(`${where} has ${bytes.length} bytes`, 'A local.cfg is some lines of VARIABLE=value.');
  if (bytes.includes(0))
    throw new UserError(`${where} holds a NUL byte`, 'Save the file as plain text in UTF-8, not in UTF-16.');
  const text = new TextDecoder('utf-8').decode(bytes);
  const found: LocalCfg = { values: {}, warnings: [] };
  const lineOf = new Map<SettingName, number>();
  for (const [index, raw] of text.split('\n').entries()) {
    const at = `${where}, line ${index + 1}`;
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^export(\s+\w+)+$/.test(line)) continue;
    const [, given = '', rest = ''] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? [];
    const known = earlierName(given);
    if (known?.kind !== 'setting') {
      found.warnings.push(`${at}: ${known ? `${given} ${withoutEffect(known.instead)}` : notOurs(line, given, at)}`);
      continue;
    }
    const { name } = known;
    const value = checked(name, unquote(rest, at), at);
    const first = lineOf.get(name);
    if (first !== undefined && found.values[name] !== value)
      throw new UserError(`${at}: ${name} is set again; line ${first} sets it too`, 'Leave one of the two lines.');
    if (name !== given) found.warnings.push(`${at}: ${given} is read as ${name}`);
    lineOf.set(name, index + 1);
    found.values[name] = value;
  }
  return found;
}

function checked(name: SettingName, value: string, at: string): string {
  if (value === '') return '';
  const result = checkSetting(name, value);
  if ('value' in result) return result.value;
  throw new UserError(`${at}: ${name}=${JSON.stringify(value)}: ${result.reason}`, `Correct ${name} there.`);
}

/** The end of a warning about a line that no release knew; UserError if the line likely means a setting. */
function notOurs(line: string, name: string, at: string): string {
  const shown = JSON.stringify(line.slice(0, 60));
  const meant =
    name === ''
      ? settingNames.find((one) => new RegExp(`^${one}\\b`, 'i').test(line) || new RegExp(`\\b${one}\\b`).test(line))
      : likelySetting(name);
  if (!meant)
    return name === '' ? `${shown} is not VARIABLE=value: passed over` : `${name} means nothing here: passed over`;
  if (name !== '' && name.toUpperCase() !== meant)
    throw new UserError(
      `${at}: ${name} is no variable of local.cfg`,
      `Was ${meant} meant? There are ${settingNames.join(' ')}.`,
    );
  throw new UserError(
    `${at}: ${shown} is not VARIABLE=value`,
    `Write ${meant} in capitals, with no blank before or after the equals sign.`,
  );
}

/** The value of one sh(1) word; refuses text that a shell would expand or run, because nothing is expanded here. */
function unquote(text: string, at: string): string {
  const refuse = (what: string) => {
    throw new UserError(
      `${at}: ${what} in ${JSON.stringify(text.slice(0, 60))}`,
      "local.cfg is read, not run. Put the value between single quotes ('…') to have each character stand for itself.",
    );
  };
  let value = '';
  let rest = text;
  while (rest !== '') {
    const char = rest.charAt(0);
    if (char === "'" || char === '"') {
      const inner = char === "'" ? /^'([^']*)'/.exec(rest) : /^"((?:[^"\\]|\\.)*)"/s.exec(rest);
      if (!inner) return refuse('a quote without its end') ?? '';
      const [whole, body = ''] = inner;
      if (char === '"' && /(^|[^\\])(\\\\)*[$`]/.test(body)) refuse('a $ or ` between double quotes');
      value += char === "'" ? body : body.replaceAll(/\\([$`"\\])/g, '$1');
      rest = rest.slice(whole.length);
    } else if (char === '\\') {
      if (rest.length === 1) refuse('a backslash at the end of the line');
      value += rest.charAt(1);
      rest = rest.slice(2);
    } else if (/\s/.test(char)) {
      if (!/^\s+(#.*)?$/s.test(rest)) refuse('a blank that is not between quotes');
      return value;
    } else {
      // Old files have lines such as: HOSTNAME=web1; export HOSTNAME
      if (/^;\s*(export(\s+\w+)+\s*(;\s*)?)?(#.*)?$/s.test(rest)) return value;
      if (/[;&|<>()$`]/.test(char) || (char === '~' && value === '')) refuse(`an unquoted ${char}`);
      value += char;
      rest = rest.slice(1);
    }
  }
  return value;
}

/** A local.cfg with these values, in the order of settingNames. A value with a line end cannot be written. */
export function printLocalCfg(values: Partial<Record<SettingName, string>>): string {
  return settingNames
    .flatMap((name) => {
      const value = values[name];
      if (value === undefined) return [];
      if (/[\0\r\n]/.test(value))
        throw new UserError(`${name} holds a line end or NUL`, 'A value in local.cfg is one line.');
      return [`${name}=${value === '' ? '' : quoteWord(value)}\n`];
    })
    .join('');
}
