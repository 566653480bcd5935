import { blockName } from './device-names.ts';
import type { AbsPath } from '../system/place.ts';

/** What prepareclient leaves on a golden client and getimage reads from it; paths inside the tree. */
export const goldenFiles = {
  dir: '/etc/systemimager',
  schemes: '/etc/systemimager/partitionschemes',
  mounted: '/etc/systemimager/mounted_filesystems',
  storage: '/etc/systemimager/storage.json',
  /** Programs NN-NAME of the administrator's, run before and after a capture, and what runs them. */
  hooks: '/etc/systemimager/capture.d',
  hooksRunner: '/etc/systemimager/capture-hooks',
} as const satisfies Record<string, AbsPath>;

/** What the runner of the hooks says where one failed before a capture, whatever else is said and however rsync ends then. */
export const hooksFailed = 'the hooks before the capture failed';

/** The name of a disk's file in partitionschemes: without /dev/, and `!` for a slash. */
export const schemeFileName = blockName;

/** The user name that prepareclient's daemon asks for, and its modules: `capture` shows the same as `root`, with hooks around it. */
export const goldenDaemon = {
  user: 'getimage',
  rootModule: 'root',
  captureModule: 'capture',
  doneModule: 'done',
  port: 873,
} as const;
