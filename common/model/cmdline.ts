import { UserError } from '../system/errors.ts';
import { type SettingName, settingNames } from './settings.ts';

/** A word of the kernel command line; `value` is undefined where there is no `=`. */
export type CmdlineWord = { name: string; value?: string };

/**
 * Splits a kernel command line as the kernel does (next_arg in lib/cmdline.c): double quotes keep blanks together, around
 * the value or around the whole word, and there is no escape. What follows `--` is for init and not looked at.
 */
export function parseCmdline(text: string): CmdlineWord[] {
  const words: CmdlineWord[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const isQuoted = rest.startsWith('"');
    if (isQuoted) rest = rest.slice(1);
    const end = wordEnd(rest, isQuoted);
    let word = rest.slice(0, end);
    rest = rest.slice(end).trimStart();
    const equals = word.indexOf('=', 1);
    if (isQuoted && word.endsWith('"')) word = word.slice(0, -1);
    if (word === '--' && !isQuoted) break;
    if (equals < 0) words.push({ name: word });
    else {
      const value = word.slice(equals + 1);
      words.push({ name: word.slice(0, equals), value: value.startsWith('"') ? value.replace(/^"|"$/g, '') : value });
    }
  }
  return words;
}

function wordEnd(text: string, isQuoted: boolean): number {
  let inQuotes = isQuoted;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (/\s/.test(char) && !inQuotes) return at;
    if (char === '"') inQuotes = !inQuotes;
  }
  return text.length;
}

/** One word for a kernel command line, quoted where it holds blanks. The kernel cannot be given a double quote. */
export function printCmdlineWord(word: CmdlineWord): string {
  const { name, value } = word;
  if (!/^[^\s"=][^\s"=]*$/.test(name) || /["\0\r\n]/.test(value ?? ''))
    throw new UserError(
      `${JSON.stringify(value === undefined ? name : `${name}=${value}`)} cannot stand on a kernel command line`,
      'Leave out double quotes and line ends; a local.cfg can hold them.',
    );
  if (value === undefined) return name;
  return /\s/.test(value) ? `${name}="${value}"` : `${name}=${value}`;
}

/** The prefix of a setting typed at the boot prompt, where the bare NAME=value is not wanted. */
export const promptPrefix = 'systemimager.';
/** The prefix of a setting that a generated boot menu passes; every other local source beats it. */
export const menuPrefix = 'systemimager.default.';

/** What a kernel command line says of this machine. */
export type CmdlineSettings = {
  prompt: Partial<Record<SettingName, string>>;
  menu: Partial<Record<SettingName, string>>;
  /** The raw BOOTIF, see parseBootif. */
  bootif?: string;
  /** Words with our prefix whose name is none of ours. */
  unknown: string[];
};

const isSettingName = (name: string): name is SettingName => (settingNames as readonly string[]).includes(name);

/** Takes the settings out of a kernel command line. The last one of a name holds, so that what is typed at the end wins. */
export function cmdlineSettings(text: string): CmdlineSettings {
  const found: CmdlineSettings = { prompt: {}, menu: {}, unknown: [] };
  for (const { name, value = '' } of parseCmdline(text)) {
    const isMenu = name.startsWith(menuPrefix);
    const bare = isMenu ? name.slice(menuPrefix.length) : name.replace(/^systemimager\./, '');
    if (name === 'BOOTIF') found.bootif = value;
    else if (isSettingName(bare)) found[isMenu ? 'menu' : 'prompt'][bare] = value;
    // Lower-case words with our prefix are switches of other parts.
    else if (name.startsWith(promptPrefix) && /^[A-Z]/.test(bare)) found.unknown.push(name);
  }
  return found;
}
