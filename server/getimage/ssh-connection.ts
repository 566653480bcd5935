import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Argv, Command } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { type Source, sshFailed, sshWords } from './source.ts';

type SshSource = Extract<Source, { kind: 'ssh' }>;

/** The golden client by ssh, for as long as it is in use. */
export type SshConnection = AsyncDisposable & { source: SshSource };

function command(source: SshSource, mayAsk: boolean, ...words: string[]): Command {
  const argv: Argv = ['ssh', ...sshWords(source, mayAsk), ...words];
  return { argv, env: source.agent === undefined ? undefined : { SSH_AUTH_SOCK: source.agent } };
}

/**
 * If ssh needs a person's answer, for the key of the host or a password, it asks on the terminal, once: all later calls go
 * through that connection (ssh_config(5), ControlMaster). If a key is enough, nothing is asked.
 */
export async function openSsh(context: CliContext, source: SshSource): Promise<SshConnection> {
  const { io, signal } = context;
  const none = { source, [Symbol.asyncDispose]: async () => {} };
  const silent = await io.run(command(source, false, source.host, 'true'), { signal });
  signal.throwIfAborted();
  if (silent.code !== sshFailed) return none;
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'systemimager-'));
  const asked: SshSource = { ...source, control: absPath(path.join(folder, 'ssh')) };
  const close = async () => {
    await io.run(command(asked, false, '-O', 'exit', source.host));
    await fs.rm(folder, { recursive: true, force: true });
  };
  context.print(`ssh asks for a password or a host key to reach ${source.host}`);
  // -M makes the connection that other calls use, -N runs no command, -f goes to the background once it is connected.
  const master = command(asked, true, '-M', '-N', '-f', '-o', 'ControlPersist=yes', source.host);
  const exit = await io.run({ ...master, terminal: true }, { signal });
  if (exit.code === 0) return { source: asked, [Symbol.asyncDispose]: close };
  await close();
  throw new UserError(`ssh does not reach ${source.host} as ${source.user}`, 'The words of ssh stand above.');
}
