import { z } from 'zod';
import { Setting, settingNames } from './settings.ts';
import { Target } from './target.ts';

/** A network card of this machine. */
export const CardState = z.object({ name: z.string(), mac: z.string(), driver: z.string() });
export type CardState = z.infer<typeof CardState>;

/** /run/boel/state.json: all data that the verbs hand to each other: the target, and what else the session knows. */
export const State = z.object({
  version: z.literal(1),
  /** The card that found the image server. */
  card: CardState.optional(),
  cards: z.array(CardState),
  settings: z.partialRecord(z.enum(settingNames), Setting),
  /** Name of the autoinstall script on the server, as web1.sh; empty before discovery. */
  script: z.string(),
  /** The device of the CD or stick that started BOEL. */
  medium: z.string().optional(),
  /** Set by `layout` (from the script) and `image`. `bytes` and `inodes` are of the whole image. */
  image: z.object({ name: z.string(), bytes: z.int(), inodes: z.int() }).optional(),
  /** sha256 of the layout text that the target comes from; empty before `layout`. */
  layoutSha256: z.string(),
  ...Target.shape,
});
export type State = z.infer<typeof State>;

/** A machine that knows nothing yet. */
export const emptyState: State = {
  version: 1,
  firmware: 'bios',
  cards: [],
  settings: {},
  script: '',
  disks: {},
  parts: {},
  volumes: {},
  filesystems: [],
  mounts: [],
  swapFiles: [],
  renewed: {},
  layoutSha256: '',
};
