import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { entryName, type EntryWay, notChosen } from './boot-entry.ts';
import { bootFolder, dropCopy, flush, keepCopy } from './edit-text.ts';
import { type GrubEntryFacts, probeGrubEntry } from './grub-facts.ts';
import { grubLines } from './grub-lines.ts';
import { hasBlock, withBlockAtEnd, withoutBlocks } from './marked-block.ts';

/** GRUB 2 of Debian, Red Hat (with entries of the Boot Loader Specification) and SUSE. */
export const grub: EntryWay<GrubEntryFacts> = {
  name: 'grub',

  probe: probeGrubEntry,

  folder: () => bootFolder,

  oneShot: ({ env }) =>
    env.whyReadOnly === undefined ? { isSure: true } : { isSure: false, why: env.whyReadOnly, clears: env.clears },

  add(facts, entry, lasts) {
    const { at, text = '', mode, isOwnFile, editenv, env, checker } = facts;
    const lines = grubLines(facts, entry, lasts);
    const fresh: AbsPath = `${under(at, '..')}/.${entryName}.cfg`;
    const before = withoutBlocks(text);
    const steps: Step[] = [
      {
        why: `Write the entry beside ${at}`,
        kind: 'write',
        at: here(fresh),
        content: withBlockAtEnd(before, lines),
        mode,
      },
      ...(checker === undefined
        ? []
        : [{ why: 'Let grub check the text', kind: 'run' as const, argv: [checker, fresh] as const }]),
      ...(isOwnFile ? [] : keepCopy(at, text)),
      { why: `Put the entry into ${at}`, kind: 'rename', from: here(fresh), to: here(at) },
    ];
    if (lasts === 'default') return [...steps, flush];
    return [
      ...steps,
      ...(env.isThere
        ? []
        : [{ why: 'Make grub’s variables', kind: 'run' as const, argv: [editenv, env.at, 'create'] as const }]),
      {
        why: 'Choose the entry for the next start alone',
        kind: 'run',
        argv: [editenv, env.at, 'set', `next_entry=${entryName}`],
        writes: [here(env.at)],
      },
      flush,
    ];
  },

  remove({ at, text, mode, isOwnFile, editenv, env }) {
    const steps: Step[] = [];
    if (env.nextEntry === entryName)
      steps.push({
        why: 'Choose nothing for the next start',
        kind: 'run',
        argv: [editenv, env.at, 'unset', 'next_entry'],
      });
    if (text !== undefined && hasBlock(text)) {
      const rest = withoutBlocks(text);
      const why = `Take the entry out of ${at}`;
      steps.push(
        rest === '' && isOwnFile
          ? { why, kind: 'remove', at: here(at) }
          : { why, kind: 'write', at: here(at), content: rest, mode },
        ...(isOwnFile ? [] : [dropCopy(at)]),
      );
    }
    return steps.length > 0 ? [...steps, flush] : [];
  },

  check({ at, text = '', checker, editenv, env }) {
    if (env.nextEntry !== entryName && !text.includes(`set default=${entryName}\nfi`))
      throw notChosen(`next_entry in ${env.at} is ${env.nextEntry || 'empty'}`);
    return [
      ...(checker === undefined
        ? []
        : [{ why: `grub reads ${at}`, kind: 'run' as const, argv: [checker, at] as const }]),
      { why: 'grub’s variables can be read', kind: 'run', argv: [editenv, env.at, 'list'] },
    ];
  },
};
