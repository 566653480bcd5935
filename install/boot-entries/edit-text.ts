import { type AbsPath, here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { hasBlock } from './marked-block.ts';

/** The folder for kernel and initrd where the loader reads /boot. */
export const bootFolder: AbsPath = '/boot/systemimager';

/** The administrator's file as it was before the entry came. */
export const copyOf = (at: AbsPath): AbsPath => `${at}.before-reinstall`;

/** Keeps a copy of an administrator's file before its first change. */
export const keepCopy = (at: AbsPath, text: string): Step[] =>
  hasBlock(text) ? [] : [{ why: `Keep ${at} as it is`, kind: 'copy', from: here(at), to: here(copyOf(at)) }];

export const dropCopy = (at: AbsPath): Step => ({ why: 'Remove the copy', kind: 'remove', at: here(copyOf(at)) });

/** A loader reads the disk itself, and the kernel may hold back what was written. */
export const flush: Step = { why: 'Write all to the disk', kind: 'run', argv: ['sync'] };
