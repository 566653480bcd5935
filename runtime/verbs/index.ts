import { boot } from './boot.ts';
import { dev } from './dev.ts';
import { finish } from './finish.ts';
import { fstab } from './fstab.ts';
import { host } from './host.ts';
import { image } from './image.ts';
import { layout } from './layout.ts';
import { mkfs } from './mkfs.ts';
import { mount } from './mount.ts';
import { overrides } from './overrides.ts';
import { partition } from './partition.ts';
import { runParts } from './run-parts.ts';
import type { Verb } from './verb.ts';

/** Every word of an autoinstall script, in the order in which scripts use them. */
export const verbs: Verb[] = [
  layout,
  partition,
  mkfs,
  mount,
  image,
  overrides,
  fstab,
  host,
  boot,
  runParts,
  finish,
  dev,
];
