import type { AbsPath } from '../../common/system/place.ts';
import { type BootEntry, entryTitle, type Lasts } from './boot-entry.ts';
import { hasBlock, withBlockAtEnd, withBlockAtStart, withBlockFor, withoutBlocks } from './marked-block.ts';

export type LegacyFacts = {
  /** menu.lst, or grub.conf of Red Hat; links are followed. */
  at: AbsPath;
  text: string;
  mode: number;
  /** The file with the number of the saved default, its content, and whether a copy of it is kept. */
  saved: { at: AbsPath; text: string | undefined; hasCopy: boolean };
  within: (path: AbsPath) => AbsPath;
};

/** An entry of menu.lst: its title, and its commands. */
type Title = { title: string; lines: string[] };

/** The entries in order; their numbers count from 0. Comments are left out, also those that Debian's update-grub reads. */
export function titlesOf(text: string): Title[] {
  const found: Title[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (/^title\b/.test(line)) found.push({ title: line.slice('title'.length).replace(/^[ \t=]+/, ''), lines: [] });
    else if (line !== '' && !line.startsWith('#')) found.at(-1)?.lines.push(line);
  }
  return found;
}

const setting = (text: string, name: string) =>
  new RegExp(`^[ \\t]*${name}(?:[ \\t]*=[ \\t]*|[ \\t]+)(\\S+)`, 'm').exec(text)?.[1];

/** The number of the entry that the machine starts by itself. */
export function defaultNumber(text: string, saved: string | undefined): number {
  const said = setting(text, 'default') ?? '0';
  return Number(said === 'saved' ? (/^\s*(\d+)/.exec(saved ?? '')?.[1] ?? '0') : said) || 0;
}

/**
 * How the entries of the machine name the disk with their kernel: a line `root (hd0,0)` or `uuid …`, or a disk in front of the path of
 * the kernel. Nobody guesses the number of a disk: undefined if no entry tells it.
 */
export function rootOf(text: string, number: number): { line: string | undefined; disk: string } | undefined {
  const all = titlesOf(text);
  const starts = (one: Title | undefined) => one?.lines.some((line) => /^kernel\b/.test(line)) === true;
  const entry = starts(all[number]) ? all[number] : all.find((one) => starts(one));
  const line = entry?.lines.find((one) => /^(root|uuid|rootnoverify)\b/.test(one));
  const disk = /^kernel[ \t=]+(?:--\S+[ \t]+)*(\([^)]*\))/.exec(
    entry?.lines.find((one) => /^kernel\b/.test(one)) ?? '',
  )?.[1];
  if (line === undefined && disk === undefined) return undefined;
  return { line: line?.replace(/^rootnoverify/, 'root'), disk: disk ?? '' };
}

/** The number that our entry, the last of the menu, saves as it starts: that of the old system. Undefined if we have none that does. */
export function wasSaved(text: string): number | undefined {
  const number = hasBlock(text) ? [...text.matchAll(/^savedefault (\d+)$/gm)].at(-1)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

/**
 * menu.lst with the entry at its end, so that all others keep their numbers. `savedefault N` makes the old entry the default again
 * as ours starts, and `fallback N` starts it if ours cannot be read (info grub, "Booting once-only" and "Booting fallback systems"). A menu
 * without a limit of time would wait for a person.
 */
export function legacyText({ text, saved, within }: LegacyFacts, entry: BootEntry, lasts: Lasts): string {
  const before = withoutBlocks(text);
  const old = wasSaved(text) ?? defaultNumber(before, saved.text);
  const root = rootOf(before, old);
  const number = titlesOf(before).length;
  const choose = lasts === 'once' ? 'default saved' : `default ${number}`;
  const chosen = withBlockFor(before, /^[ \t]*default[ \t=]/, choose);
  const path = (at: AbsPath) => `${root?.disk ?? ''}${within(at)}`;
  // Behind the first title, these would belong to that entry.
  const top = [
    ...(chosen === undefined ? [choose] : []),
    ...(setting(before, 'timeout') === undefined ? ['timeout 5'] : []),
    ...(lasts === 'once' && setting(before, 'fallback') === undefined ? [`fallback ${old}`] : []),
  ];
  const started = top.length === 0 ? (chosen ?? before) : withBlockAtStart(chosen ?? before, top);
  return withBlockAtEnd(started, [
    `title ${entryTitle}`,
    // First, so that the old system is the default also if the kernel cannot be read.
    ...(lasts === 'once' ? [`savedefault ${old}`] : []),
    ...(root?.line === undefined ? [] : [root.line]),
    `kernel ${[path(entry.kernel), ...entry.words].join(' ')}`,
    `initrd ${path(entry.initrds[0])}`,
    'boot',
  ]);
}
