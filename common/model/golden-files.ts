import { blockName } from './device-names.ts';
import type { AbsPath } from '../system/place.ts';

/** What prepareclient leaves on a golden client and getimage reads from it; paths inside the tree. */
export const goldenFiles = {
  dir: '/etc/systemimager',
  schemes: '/etc/systemimager/partitionschemes',
  mounted: '/etc/systemimager/mounted_filesystems',
  storage: '/etc/systemimager/storage.json',
  /** The administrator's programs NN-NAME, which hooksRunner runs before and after a capture. */
  hooks: '/etc/systemimager/capture.d',
  hooksRunner: '/etc/systemimager/capture-hooks',
  /** The image that the machine was installed from or last updated to, as earlier releases name the file. */
  lastImage: '/etc/systemimager/IMAGE_LAST_SYNCED_TO',
} as const satisfies Record<string, AbsPath>;

/** The message of the runner when a hook failed before a capture; rsync may then print other messages, and end with any code. */
export const hooksFailed = 'the hooks before the capture failed';

/** The name of a disk's file in partitionschemes: without /dev/, and `!` for a slash. */
export const schemeFileName = blockName;

/** The user name and modules of prepareclient's daemon: `capture` shows the files of `root`, and runs hooks before and after. */
export const goldenDaemon = {
  user: 'getimage',
  rootModule: 'root',
  captureModule: 'capture',
  doneModule: 'done',
  port: 873,
} as const;
