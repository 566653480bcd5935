import path from 'node:path';
import { fnmatch } from '../../../common/model/fnmatch.ts';
import type { Inside } from '../../../common/system/inside.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { fileIn, type Golden } from './golden.ts';
import { isVirtual, isWireless } from './interface-names.ts';

/** A stanza of interfaces(5): its first line, in words, and all its lines, each with its newline. */
type Stanza = { words: string[]; lines: string[] };

const heads =
  /^\s*(iface|mapping|auto|allow-[\w-]+|no-auto-down|no-scripts|source|source-dir|source-directory|rename|template)\s/;
const top: AbsPath = '/etc/network';

/** Splits a text; the text before the first stanza becomes a stanza without words. A backslash continues a line. */
function stanzas(text: string): Stanza[] {
  const found: Stanza[] = [{ words: [], lines: [] }];
  for (const line of text.split(/(?<=(?<!\\\r?)\n)/)) {
    if (heads.test(line))
      found.push({
        words: line
          .replaceAll(/\\\r?\n/g, ' ')
          .trim()
          .split(/\s+/),
        lines: [],
      });
    found.at(-1)?.lines.push(line);
  }
  return found;
}

/** The file and all files that it sources, and the file that Proxmox puts in its place at the next boot. */
export async function interfacesFiles(tree: Inside): Promise<Golden[]> {
  const found = new Map<AbsPath, Golden>();
  const todo: AbsPath[] = [under(top, 'interfaces'), under(top, 'interfaces.new')];
  for (let at = todo.shift(); at; at = todo.shift()) {
    const file = found.has(at) ? undefined : await fileIn(tree, at);
    if (!file) continue;
    found.set(at, file);
    for (const { words } of stanzas(file.text)) {
      const [head = '', ...patterns] = words;
      if (!head.startsWith('source')) continue;
      for (const pattern of patterns.map((one) => path.posix.resolve(top, one)))
        todo.push(...(await matching(tree, head === 'source' ? pattern : `${pattern}/*`)));
    }
  }
  return [...found.values()];
}

/** Paths that match a pattern of glob(7). */
async function matching(tree: Inside, pattern: string): Promise<AbsPath[]> {
  const parts = pattern.split('/').filter(Boolean);
  let found: AbsPath[] = ['/'];
  for (const part of parts) {
    const next: AbsPath[] = [];
    for (const folder of found) {
      const isPlain = !/[*?[]/.test(part);
      const names = isPlain ? [part] : ((await tree.list(folder)) ?? []).filter((name) => !name.startsWith('.'));
      next.push(...names.filter((name) => isPlain || fnmatch(part, name)).map((name) => under(folder, name)));
    }
    found = next;
  }
  return found;
}

/** Lines with a fixed address, route or MAC, or a machine's id for a server: interfaces(5), and commands with an address. */
const fixed =
  /^\s*(address|gateway|hwaddress|mac|client(-?id)?|hostname|pointopoint)\s+(?!127\.)|^\s*((pre|post)-)?(up|down)\s.*\b(?!127\.)\d+\.\d+\.\d+\.\d+/;

/** True if a stanza of one interface may stay: it is of no wired card, which our stanza replaces, and fixes no address. */
function stays({ words: [, name = '', , method = ''], lines }: Stanza): boolean {
  const device = name.replace(/[:.].*/s, '');
  if ((isVirtual(device) && device !== 'lo') || ['ppp', 'wvdial'].includes(method)) return true;
  return (name === 'lo' || isWireless(device)) && !lines.some((line) => fixed.test(line));
}

/** The texts of the files without the golden client's stanzas, and without their interfaces in `auto` and similar lines. */
export function withoutCards(texts: readonly string[]): string[] {
  const all = texts.map(stanzas);
  const kept = new Set(all.flat().flatMap((one) => (one.words[0] === 'iface' && stays(one) ? [one.words[1]] : [])));
  kept.add('lo');
  const isKept = (name: string) => kept.has(name.replace(/^.*=/, '').replace(/\/.*/s, ''));
  return all.map((list) =>
    list
      .flatMap((stanza) => {
        const [head = '', ...names] = stanza.words;
        const lines = withoutOwnComment(stanza.lines);
        if (/^(auto|allow-|no-auto-down|no-scripts)/.test(head)) {
          const left = names.filter(isKept);
          if (left.length === names.length) return lines;
          return [...(left.length > 0 ? [`${head} ${left.join(' ')}\n`] : []), ...after(lines)];
        }
        if (head === 'iface' && names[0] === 'lo' && names.includes('loopback'))
          return lines.filter((line) => !fixed.test(line));
        if (head === 'iface' || head === 'template') return stays(stanza) ? lines : after(lines);
        if (head === 'mapping' || head === 'rename')
          return names.every((name) => isVirtual(name)) ? lines : after(lines);
        return lines;
      })
      .join(''),
  );
}

/** The comments at a stanza's end, which belong to the next stanza. */
function after(lines: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => !/^\s*(#.*)?$/.test(line.trimEnd()));
  return lines.slice(end + 1).filter((line) => line.trim() !== '');
}

const withoutOwnComment = (lines: readonly string[]) =>
  lines.filter((line) => !/^# The card with the MAC .*, whatever its name\.$/.test(line.trimEnd()));
