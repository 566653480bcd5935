import type { Source } from './source.ts';

/** The typed options of a capture. */
export type CaptureOptions = {
  image: string;
  source: Source;
  /** Lines as rsync's --exclude takes them. */
  excludes: string[];
  /** Mount points that are taken though fstab does not name them. */
  also: string[];
  /** An unchanged file becomes a hard link to the file of the version before. */
  sharesLinks: boolean;
  /** A person is there to say whether other local filesystems are taken. */
  mayAsk: boolean;
  /** The format of a line for each file in the log; undefined for no such log. */
  logFormat?: string;
  dryRun: boolean;
};
