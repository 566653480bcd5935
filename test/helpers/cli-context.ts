import type { CliContext } from '../../common/cli.ts';
import { recorderIo } from './recorder-io.ts';

/** What a command gets that may do nothing. */
export const idleContext = (): CliContext => ({
  io: recorderIo({}).io,
  root: '/',
  isTerminal: false,
  signal: new AbortController().signal,
  print: () => {},
  carryOut: () => Promise.resolve(),
});
