import { boot } from './boot.ts';
import { finish } from './finish.ts';
import { fstab } from './fstab.ts';
import { host } from './host.ts';
import { image } from './image.ts';
import { overrides } from './overrides.ts';
import { runParts } from './run-parts.ts';
import type { Verb } from './verb.ts';

/** Every word of an autoinstall script, in the order in which scripts use them. */
export const verbs: Verb[] = [image, overrides, fstab, host, boot, runParts, finish];
