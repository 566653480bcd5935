import { inside } from '../../common/system/inside.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { entryTitle, type EntryWay, notChosen } from './boot-entry.ts';
import { bootFolder, copyOf, dropCopy, flush, keepCopy } from './edit-text.ts';
import { defaultNumber, type LegacyFacts, legacyText, rootOf, titlesOf, wasSaved } from './legacy-text.ts';
import { hasBlock, withoutBlocks } from './marked-block.ts';
import { mountAt, pathWithin } from './running-boot.ts';

const menus: AbsPath[] = ['/boot/grub/menu.lst', '/boot/grub/grub.conf', '/etc/grub.conf'];

/** GRUB 0.97 writes the number over the first bytes of this file, and needs room there: grub-set-default(8) fills it up likewise. */
const savedText = (number: number) => `${number}\n${'#\n'.repeat(10)}# Do not remove any line from this file.\n`;

/** GRUB 0.97 (grub legacy). */
export const grubLegacy: EntryWay<LegacyFacts> = {
  name: 'grub-legacy',
  takesOneInitrd: true,

  async probe(io, machine) {
    const tree = inside(io, '/');
    const found = await tree.firstOf(menus);
    if (found === undefined) return undefined;
    const at = await tree.real(found);
    const text = (await io.readText(at)) ?? '';
    const savedAt = under(at, '..', 'default');
    const saved = await io.readText(savedAt);
    const clean = withoutBlocks(text);
    if (!rootOf(clean, defaultNumber(clean, saved)))
      return `no entry of ${at} tells on which disk of grub’s the kernels lie`;
    const boot = mountAt(machine.mounts, bootFolder);
    const mode = (await io.stat(at))?.mode ?? 0o600;
    const hasCopy = (await io.lstat(copyOf(savedAt))) !== undefined;
    return { at, text, mode, saved: { at: savedAt, text: saved, hasCopy }, within: (path) => pathWithin(boot, path) };
  },

  folder: () => bootFolder,
  oneShot: () => ({ isSure: true }),

  add(facts, entry, lasts) {
    const { at, text, mode, saved } = facts;
    const before = withoutBlocks(text);
    return [
      ...keepCopy(at, text),
      ...(lasts === 'once'
        ? [
            // An order for every start leaves this file alone.
            ...(saved.text === undefined || wasSaved(text) !== undefined ? [] : keepCopy(saved.at, '')),
            {
              why: 'Choose the entry for the next start alone',
              kind: 'write' as const,
              at: here(saved.at),
              content: savedText(titlesOf(before).length),
              mode: 0o600,
            },
          ]
        : []),
      {
        why: `Put the entry into ${at}`,
        kind: 'write',
        at: here(at),
        content: legacyText(facts, entry, lasts),
        mode,
      },
      flush,
    ];
  },

  remove({ at, text, mode, saved }) {
    if (!hasBlock(text)) return [];
    const before = withoutBlocks(text);
    const why = 'Choose the old entry again';
    const back: Step = saved.hasCopy
      ? { why, kind: 'rename', from: here(copyOf(saved.at)), to: here(saved.at) }
      : { why, kind: 'remove', at: here(saved.at) };
    return [
      ...(wasSaved(text) === undefined ? [] : [back]),
      { why: `Take the entry out of ${at}`, kind: 'write', at: here(at), content: before, mode },
      dropCopy(at),
      flush,
    ];
  },

  check({ at, text, saved }) {
    const number = titlesOf(withoutBlocks(text)).length;
    if (defaultNumber(text, saved.text) !== number) throw notChosen(`the number in ${saved.at} is another one`);
    return [{ why: `The entry stands in ${at}`, kind: 'run', argv: ['grep', '-n', '-A6', `^title ${entryTitle}`, at] }];
  },
};
