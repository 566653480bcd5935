import { UserError } from '../system/errors.ts';
import { earlierName, withoutEffect } from './earlier-settings.ts';
import { type SettingName, settingNames } from './settings.ts';

/** A word of the kernel command line; `value` is undefined if there is no `=`. */
export type CmdlineWord = { name: string; value?: string };

/**
 * Splits a kernel command line as the kernel does (next_arg in lib/cmdline.c): double quotes keep blanks together, around
 * the value or around the whole word, and there is no escape. The words after `--` are for init, and ignored.
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

/** One word for a kernel command line, quoted if it holds blanks. The kernel has no escape for a double quote. */
export function printCmdlineWord(word: CmdlineWord): string {
  const { name, value } = word;
  if (!/^[^\s"=][^\s"=]*$/.test(name) || /["\0\r\n]/.test(value ?? ''))
    throw new UserError(
      `${JSON.stringify(value === undefined ? name : `${name}=${value}`)} cannot stand on a kernel command line`,
      'Leave out double quotes and line ends; a local.cfg can hold both.',
    );
  if (value === undefined) return name;
  return /\s/.test(value) ? `${name}="${value}"` : `${name}=${value}`;
}

/** The prefix of a setting typed at the boot prompt, if the bare NAME=value is not wanted. */
export const promptPrefix = 'systemimager.';
/** The prefix of a setting that a generated boot menu passes; every other local source beats it. */
export const menuPrefix = 'systemimager.default.';

/** What a kernel command line says of this machine. */
export type CmdlineSettings = {
  prompt: Partial<Record<SettingName, string>>;
  menu: Partial<Record<SettingName, string>>;
  /** The raw BOOTIF, see parseBootif. */
  bootif?: string;
  /** SKIP_LOCAL_CFG=y, as updateclient of SystemImager 4 writes it: the hard disks are not searched for a local.cfg. */
  skipsHardDisks: boolean;
  /** Remarks on words that have no meaning, or another meaning, here. */
  notes: string[];
};

/** `si.image-server` of SystemImager 5 is IMAGE_SERVER. */
const bareName = (name: string) =>
  name.startsWith('si.')
    ? name.slice(3).replaceAll('-', '_').toUpperCase()
    : name.replace(/^systemimager\.(default\.)?/, '');

/** Takes the settings out of a kernel command line. The last setting of a name holds, so that a word typed at the end wins. */
export function cmdlineSettings(text: string): CmdlineSettings {
  const found: CmdlineSettings = { prompt: {}, menu: {}, skipsHardDisks: false, notes: [] };
  for (const { name, value = '' } of parseCmdline(text)) {
    const known = earlierName(bareName(name));
    if (name === 'BOOTIF') found.bootif = value;
    else if (bareName(name) === 'SKIP_LOCAL_CFG') {
      found.skipsHardDisks = /^y(es)?$/i.test(value);
      if (found.skipsHardDisks) found.notes.push(`${name}=${value}: no local.cfg of a hard disk counts`);
    } else if (known?.kind === 'setting') {
      found[name.startsWith(menuPrefix) ? 'menu' : 'prompt'][known.name] = value;
      if (bareName(name) !== known.name || name.startsWith('si.'))
        found.notes.push(`${name} on the kernel command line is read as ${known.name}`);
    } else if (known) found.notes.push(`${name} on the kernel command line ${withoutEffect(known.instead)}`);
    // Lower-case words with our prefix are switches of other parts.
    else if (name.startsWith('si.') || (name.startsWith(promptPrefix) && /^[A-Z]/.test(bareName(name))))
      found.notes.push(`${name} on the kernel command line means nothing; there are ${settingNames.join(' ')}`);
  }
  return found;
}
