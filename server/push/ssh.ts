import type { Argv, Command, Io } from '../../common/system/io.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import { sshFailed, sshWords } from '../getimage/source.ts';
import type { Machine } from './machines.ts';
import type { Outcome } from './push.ts';

/** As whom ssh logs in, and with which agent's keys (ssh-agent(1)). */
export type SshUser = { user: string; agent?: string | undefined };

/** The line for the shell of a machine: a single word is such a line, as with ssh(1); several words are a program and its arguments. */
export const shellLine = (words: readonly string[]): string => (words.length === 1 ? words.join() : quoteArgv(words));

/** ssh(1) with a command line for the shell of a machine. */
export function sshCommand({ host, address }: Machine, { user, agent }: SshUser, line: string): Command {
  const argv: Argv = [
    'ssh',
    ...sshWords({ kind: 'ssh', host: address, user }),
    // ssh(1) keeps the key under the name, so that a new address of the machine is no new machine; ssh_config(5).
    '-o',
    `HostKeyAlias=${host}`,
    '-o',
    'StrictHostKeyChecking=accept-new',
    // A machine that vanishes is noticed in a minute.
    '-o',
    'ServerAliveInterval=15',
    '-o',
    'ServerAliveCountMax=4',
    // A new key is not worth a line of each machine; errors are.
    '-o',
    'LogLevel=ERROR',
    '-T',
    '--',
    address,
    line,
  ];
  return { argv, env: agent === undefined ? undefined : { SSH_AUTH_SOCK: agent }, keepsTail: true };
}

/** Runs a line on a machine. Exit code 255 counts as a failure of ssh itself, since ssh(1) has no other sign. */
export async function runThere(
  io: Pick<Io, 'run' | 'now'>,
  machine: Machine,
  command: Command,
  hooks: { signal: AbortSignal; onLine: (line: string) => void },
): Promise<Outcome> {
  const startedMs = io.now().getTime();
  const { code } = await io.run(command, hooks);
  const seconds = (io.now().getTime() - startedMs) / 1000;
  const ending = code === 0 ? 'done' : code === sshFailed ? 'away' : 'failed';
  return { ...machine, ending, code, seconds };
}
