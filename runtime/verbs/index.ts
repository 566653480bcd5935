import type { Verb } from './verb.ts';

/** Every word of an autoinstall script, in the order in which scripts use them. */
export const verbs: Verb[] = [];
