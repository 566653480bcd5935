import type { Io } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';

/** Something that a check found. `wrong` keeps machines from being installed; a `note` may be just as it was meant. */
export type Finding = { kind: 'wrong' | 'note'; what: string; hint: string };

/** What a check may look at. */
export type CheckInput = {
  io: Io;
  /** --root. */
  root: AbsPath;
  paths: ServerPaths;
  /** server.toml, or the defaults if it cannot be read. */
  config: ServerConfig;
  /** The network card of --interface, on which machines boot: DHCP is meant to work there. */
  card?: string;
};

/** One thing that `systemimager doctor` looks at: a file in checks/, listed in checks/index.ts. It changes nothing. */
export type Check = {
  name: string;
  /** What the report says if nothing is found. */
  good: string;
  /** Whether the check runs; without this function, it always runs. */
  isWanted?(input: CheckInput): boolean;
  /** A UserError of a check is a finding, too. */
  run(input: CheckInput): Promise<Finding[]>;
};

/** Findings of one kind. */
export const wrong = (what: string, hint: string): Finding => ({ kind: 'wrong', what, hint });
export const note = (what: string, hint: string): Finding => ({ kind: 'note', what, hint });
