import { UserError } from '../system/errors.ts';
import { quoteWord } from '../system/quote.ts';
import { checkSetting } from './setting-values.ts';
import { type SettingName, settingNames } from './settings.ts';

export type LocalCfg = { values: Partial<Record<SettingName, string>>; warnings: string[] };

/** A local.cfg is some lines; what is larger than this (bytes) is something else with the same name. */
export const maxLocalCfgBytes = 64 * 1024;

/** Variables of earlier releases that have no meaning now: a file that holds them is still a good one. */
const oldNames =
  /^(DHCPSIADDR|LOG_SERVER(_PORT)?|SSHD?(_.*)?|MONITOR_.*|FLAMETHROWER_.*|BITTORRENT.*|TMPFS_STAGING|ETHER_SLEEP|GROUP_OVERRIDES|SI_.*)$/;

const isSettingName = (name: string): name is SettingName => (settingNames as readonly string[]).includes(name);

/**
 * Reads a local.cfg: VARIABLE=value on each line, quoted as for sh(1), comments after `#`. Nothing is expanded or run.
 * Line ends of Windows are accepted. Values are checked; the first thing that is wrong is a UserError with file and line.
 * @param where the file as people know it: `local.cfg on /dev/fd0`
 */
export function parseLocalCfg(content: Uint8Array | string, where: string): LocalCfg {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > maxLocalCfgBytes)
    throw new UserError(`${where} has ${bytes.length} bytes`, 'A local.cfg is some lines of VARIABLE=value.');
  if (bytes.includes(0))
    throw new UserError(`${where} holds a NUL byte`, 'Save it as plain text in UTF-8, not in UTF-16.');
  const text = new TextDecoder('utf-8').decode(bytes);
  const found: LocalCfg = { values: {}, warnings: [] };
  const lineOf = new Map<string, number>();
  for (const [index, raw] of text.split('\n').entries()) {
    const at = `${where}, line ${index + 1}`;
    const assignment = parseLine(raw.replace(/\r$/, ''), at);
    if (!assignment) continue;
    const { name, value } = assignment;
    const first = lineOf.get(name);
    if (first !== undefined)
      throw new UserError(`${at}: ${name} is set again; line ${first} sets it too`, 'Leave one of them.');
    lineOf.set(name, index + 1);
    if (oldNames.test(name)) found.warnings.push(`${at}: ${name} is of an earlier release and has no effect`);
    else if (!isSettingName(name))
      throw new UserError(`${at}: ${name} is no variable of local.cfg`, `There are ${settingNames.join(' ')}.`);
    else found.values[name] = checked(name, value, at);
  }
  return found;
}

function checked(name: SettingName, value: string, at: string): string {
  if (value === '') return '';
  const result = checkSetting(name, value);
  if ('value' in result) return result.value;
  throw new UserError(`${at}: ${name}=${JSON.stringify(value)}: ${result.reason}`, `Correct ${name} there.`);
}

function parseLine(line: string, at: string): { name: string; value: string } | undefined {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const match = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(trimmed);
  if (match) return { name: match[1] ?? '', value: unquote(match[2] ?? '', at) };
  const shown = JSON.stringify(trimmed.slice(0, 60));
  const hint = /^\w+\s*=/.test(trimmed)
    ? 'Write the name in capitals, with no blank before or after the equals sign.'
    : 'Each line is VARIABLE=value, or a comment that starts with #.';
  throw new UserError(`${at}: ${shown} is not VARIABLE=value`, hint);
}

/** The value of one sh(1) word; what a shell would expand or run is refused, since nothing is expanded here. */
function unquote(text: string, at: string): string {
  const refuse = (what: string) => {
    throw new UserError(
      `${at}: ${what} in ${JSON.stringify(text.slice(0, 60))}`,
      "The file is read, not run. Put the value between single quotes ('…') to mean it as it is.",
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
