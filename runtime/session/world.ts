import type { State } from '../../common/model/state.ts';
import type { Io } from '../../common/system/io.ts';
import type { Discovery, DiscoverOptions } from '../discovery/index.ts';

/** The caller of some work: `signal` ends the work, `say` tells the caller of it. */
export type Caller = { signal: AbortSignal; say: (line: string) => void };

/** The parts of BOEL that a session is made of. */
export type SessionWorld = {
  io: Io;
  discover(io: Io, options: DiscoverOptions & { signal: AbortSignal }): Promise<Discovery>;
  /** Gets the script from the image server again. */
  fetchScript(io: Io, state: State, name: string, caller: Caller): Promise<string>;
  version: string;
  /** Answers `boel` from now on, until aborted, and is spared when memory is short. */
  becomeResident(signal: AbortSignal): Promise<void>;
};
