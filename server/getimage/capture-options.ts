import type { Source } from './source.ts';

/** What was typed of a capture. */
export type CaptureOptions = {
  image: string;
  source: Source;
  /** Lines as rsync's --exclude takes them. */
  excludes: string[];
  /** Mount points that are taken though fstab does not name them. */
  also: string[];
  /** What is the same as in the version before becomes a hard link to it. */
  sharesLinks: boolean;
  /** A person is there who can say whether other local filesystems are taken. */
  mayAsk: boolean;
  /** The format of a line for each file in the log; undefined for no such log. */
  logFormat?: string;
  dryRun: boolean;
};
