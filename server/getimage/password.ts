import path from 'node:path';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { revealText } from '../../common/system/step.ts';
import { password as askPassword } from '../../common/answers.ts';
import { rsyncSource, type Source } from './source.ts';

type DaemonSource = Extract<Source, { kind: 'daemon' }>;

/** How often the password may be mistyped. */
const mostTries = 3;

/** The password from a file or the environment; undefined where neither has one. */
export async function givenPassword(
  { io, signal }: Pick<CliContext, 'io' | 'signal'>,
  file: string | undefined,
  env: Record<string, string | undefined>,
): Promise<string | undefined> {
  if (file === undefined) return env.SYSTEMIMAGER_PASSWORD || undefined;
  const at = absPath(path.resolve(file));
  const text = (await io.lstat(at))?.kind === 'dir' ? undefined : await io.readText(at, { isGiven: true, signal });
  if (text === undefined)
    throw new UserError(`${at} is no file`, 'The file holds the password that prepareclient showed.');
  return text.trim() || undefined;
}

/** True if prepareclient's daemon refuses because it wants a password, or another one. */
async function isRefused({ io, signal }: CliContext, source: DaemonSource): Promise<boolean> {
  const { options, from, stdin } = rsyncSource(source, '/');
  const exit = await io.run(
    { argv: ['rsync', '--timeout=20', ...options, from], stdin: stdin === undefined ? undefined : revealText(stdin) },
    { signal },
  );
  signal.throwIfAborted();
  return exit.code === 5 && /auth failed/.test(exit.stderr + exit.stdout);
}

/** Asks a person for the password, if the daemon wants one: after prepareclient --no-password, it does not. */
export async function withPassword(context: CliContext, source: DaemonSource): Promise<DaemonSource> {
  let tried = source;
  for (let tries = 0; await isRefused(context, tried); tries += 1) {
    if (tries === mostTries)
      throw new UserError('the password is a wrong one', 'prepareclient on the golden client shows the password.');
    const message =
      tries === 0
        ? 'Password that prepareclient showed'
        : 'That is not the password. Password that prepareclient showed';
    const password = await askPassword({ message });
    if (typeof password === 'symbol')
      throw new UserError('no password was given', 'prepareclient shows one on the golden client.');
    tried = { ...source, password };
  }
  return tried;
}
