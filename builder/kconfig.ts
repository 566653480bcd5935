import fs from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../common/system/errors.ts';
import { sourceTop } from './top.ts';

/** `CONFIG_NAME=value` of Kconfig; in a .config, `# CONFIG_NAME is not set` is the same as `=n`. */
function readOption(line: string): { name: string; value: string } | undefined {
  const [, name, value = 'n'] =
    /^CONFIG_(\w+)=(.+)$/.exec(line) ?? /^# CONFIG_(\w+) is not set$/.exec(line) ?? ([] as string[]);
  return name === undefined ? undefined : { name, value };
}

/** Reads the options of a .config. */
export function parseKconfig(text: string): Map<string, string> {
  const options = text.split('\n').flatMap((line) => readOption(line.trim()) ?? []);
  return new Map(options.map(({ name, value }) => [name, value]));
}

/** A wished value of an option; `from` tells people who wishes this. */
export type Wish = { value: string; from: string };

/** The wished options by name. */
export type Wishes = ReadonlyMap<string, Wish>;

/** Reads fragments: files of options and comments. UserError for a line that is neither, and for an option with two values. */
export function parseFragments(files: readonly { name: string; text: string }[]): Map<string, Wish> {
  const wishes = new Map<string, Wish>();
  for (const { name: file, text } of files)
    for (const [at, line] of text.split('\n').entries()) {
      const from = `${file} line ${at + 1}`;
      const option = readOption(line.trim());
      if (!option) {
        checkComment(line.trim(), from);
        continue;
      }
      const { name, value } = option;
      const before = wishes.get(name);
      if (before && before.value !== value)
        throw new UserError(
          `CONFIG_${name} is ${before.value} in ${before.from}, and ${value} in ${from}`,
          'Remove one of the two lines.',
        );
      wishes.set(name, before ?? { value, from });
    }
  return wishes;
}

/** Refuses a line that somebody took for an option. */
function checkComment(line: string, from: string): void {
  if (line === '' || /^#(?!\s*CONFIG_)/.test(line)) return;
  throw new UserError(`${from} is no option: ${line}`, 'Write CONFIG_NAME=value, or # CONFIG_NAME is not set');
}

/** Reads the *.config files of a folder of this project, in the order of their names. */
export async function readFragments(folder: string): Promise<Map<string, Wish>> {
  const at = path.join(sourceTop, folder);
  const names = (await fs.readdir(at)).filter((name) => name.endsWith('.config')).sort();
  const read = async (name: string) => ({
    name: `${folder}/${name}`,
    text: await fs.readFile(path.join(at, name), 'utf8'),
  });
  return parseFragments(await Promise.all(names.map(read)));
}

/** A .config with the wished values in place of its own; each wished value comes once, at the end. */
export function mergeKconfig(base: string, wishes: Wishes): string {
  const kept = base.split('\n').filter((line) => {
    const name = /^(?:# )?CONFIG_(\w+)/.exec(line)?.[1];
    return name === undefined || !wishes.has(name);
  });
  return `${[...kept, ...printWishes(wishes)].join('\n')}\n`;
}

/** The wishes as lines of a .config. */
export const printWishes = (wishes: Wishes): string[] =>
  [...wishes].map(([name, { value }]) => (value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`));

/**
 * Fails if the result lacks a wished value, because kconfig drops options silently. `why` tells more of such an option: that no
 * option has this name, or what the option depends on.
 */
export function checkKconfig(result: string, wishes: Wishes, why: (name: string) => string = () => ''): void {
  const options = parseKconfig(result);
  const lost = [...wishes].filter(([name, { value }]) => (options.get(name) ?? 'n') !== value);
  if (lost.length === 0) return;
  const lines = lost.map(([name, { value, from }]) => `CONFIG_${name}=${value} (${from}${why(name)})`);
  throw new UserError(
    `kconfig does not take ${lines.join(', ')}`,
    'An option may have another name in this version, depend on an option that is off, or be selected by one that is on.',
  );
}
