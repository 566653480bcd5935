import { existsSync } from 'node:fs';
import { execaSync } from 'execa';
import type { Argv } from '../io.ts';
import type { AbsPath } from '../place.ts';
import { environmentWith } from './environment.ts';

/**
 * The kernel ends a program when we end (prctl(2) PR_SET_PDEATHSIG; setpriv(1) of util-linux, and the signal survives the exec
 * that follows). If we ended before the program asked for the signal, it has another parent by now, and does not begin.
 */
const pdeathsig = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;
const ifWeLive = ['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)] as const;

/** BOEL's own program for the same (builder/asker/end-with.c): one start in place of three. */
export const endWith: AbsPath = '/usr/lib/boel/end-with';

let before: readonly string[] | undefined;

/** The command line of a program that ends with us; the plain one if setpriv cannot do that (busybox, before util-linux 2.33). */
export function toEndWithUs(argv: Argv): Argv {
  before ??= wordsBefore();
  const [file = argv[0], ...words] = [...before, ...argv];
  return [file, ...words];
}

function wordsBefore(): readonly string[] {
  if (existsSync(endWith)) return [endWith, String(process.pid)];
  const [setpriv, ...options] = pdeathsig;
  const { exitCode } = execaSync(setpriv, [...options, 'true'], {
    env: environmentWith(),
    extendEnv: false,
    reject: false,
  });
  return exitCode === 0 ? [...pdeathsig, ...ifWeLive] : [];
}
