import { goldenDaemon, goldenFiles, hooksFailed } from '../../common/model/golden-files.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Retry, Text } from '../../common/system/step.ts';
import { rsyncHints, rsyncRetry, toDaemon } from '../../install/transports/rsync-daemon.ts';

/** The way to a golden client's files: prepareclient's daemon, or rsync over ssh. */
export type Source =
  | { kind: 'daemon'; host: string; port: number; password?: string }
  /** `agent` is the socket of an ssh agent that holds the keys (ssh-agent(1)), `control` the socket of an open connection. */
  | { kind: 'ssh'; host: string; user: string; agent?: string; control?: AbsPath };

/** Letters of a host name or address; nothing that ssh or rsync could take for an option or a path. */
const hostPattern = /^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/;
const userPattern = /^[a-z_][a-z0-9_.-]*$/i;

/** Refuses what could mean something else to rsync or ssh. */
export function checkSource(source: Source): Source {
  if (!hostPattern.test(source.host))
    throw new UserError(`${JSON.stringify(source.host)} is no host name and no address`, 'Say -golden-client NAME.');
  if (source.kind === 'ssh' && !userPattern.test(source.user))
    throw new UserError(`${JSON.stringify(source.user)} is no user name`, 'Say -ssh-user NAME.');
  return source;
}

/** Options for ssh(1): the user, and whether ssh may ask on the terminal. */
export function sshWords({ user, control }: Extract<Source, { kind: 'ssh' }>, mayAsk = false): string[] {
  const through = control === undefined ? [] : ['-o', `ControlPath=${control}`];
  return ['-o', `BatchMode=${mayAsk ? 'no' : 'yes'}`, '-o', 'ConnectTimeout=20', '-l', user, ...through];
}

/** What rsync is given to reach `path` of the golden client: options, the address, and a password on standard input. */
export type RsyncSource = { options: string[]; from: string; stdin?: Text; env?: Record<string, string> };

/** `module` is a module of prepareclient's daemon; ssh has no modules, so its command runs the hooks for that of a capture. */
export function rsyncSource(source: Source, path: string, module: string = goldenDaemon.rootModule): RsyncSource {
  const host = source.host.includes(':') ? `[${source.host}]` : source.host;
  if (source.kind === 'daemon') {
    const from = `rsync://${goldenDaemon.user}@${host}:${source.port}/${module}${path}`;
    if (source.password === undefined) return { options: toDaemon, from };
    return {
      options: [...toDaemon, '--password-file=-'],
      from,
      stdin: { secret: `${source.password}\n`, as: 'password' },
    };
  }
  // rsync splits this at blanks; all of it is constant but the checked user name and a socket of ours.
  const shell = ['ssh', ...sshWords(source)].join(' ');
  const sudo = source.user === 'root' ? [] : ['sudo -n'];
  const around = module === goldenDaemon.captureModule ? [`${goldenFiles.hooksRunner} around`] : [];
  const program = [...sudo, ...around, 'rsync'].join(' ');
  const rsyncPath = program === 'rsync' ? [] : [`--rsync-path=${program}`];
  const env = source.agent === undefined ? {} : { env: { SSH_AUTH_SOCK: source.agent } };
  return { options: ['-e', shell, ...rsyncPath], from: `${host}:${path}`, ...env };
}

/** The exit code of ssh(1) for its own errors, which rsync hands on. */
export const sshFailed = 255;

/** A golden client that restarts loses its daemon, so a few minutes of trying are enough. */
const retryTimes = 5;

export const captureRetry: Retry = {
  ...rsyncRetry,
  times: retryTimes,
  when(exit, before) {
    // After a failed hook, rsync ends as if the connection had broken, by ssh and by the daemon.
    if ((exit.stderr + exit.stdout).includes(hooksFailed)) return false;
    // ssh(1) was able to log in before, so the connection broke.
    if (exit.code === sshFailed) return 'the connection by ssh broke';
    return rsyncRetry.when(exit, before);
  },
};

const sshHints = ({ user, host }: Extract<Source, { kind: 'ssh' }>): Record<number, string> => ({
  2: `The shell there must print nothing by itself; this command must print nothing: ssh ${user}@${host} true`,
  127: `Install rsync on ${host}.`,
});

/** What a person can do about rsync's exit codes while it reads a golden client. */
export function captureHints(source: Source): Record<number, string> {
  const prepared =
    source.kind === 'daemon'
      ? `Has prepareclient --server been run on ${source.host} since its start? prepareclient names the port and the password.`
      : `Can root here do: ssh ${source.user}@${source.host} rsync --version ? The ssh key of root must be known there.`;
  return {
    ...rsyncHints,
    5: `The golden client refused: the password is wrong, or prepareclient was told another image server. ${prepared}`,
    10: prepared,
    11: 'Make room where the images of this server lie (df); the same command goes on where it stopped, and rmimage gives up.',
    12: prepared,
    ...(source.kind === 'ssh' ? sshHints(source) : {}),
    30: `Check ${source.host} and the network; the same command goes on where it stopped.`,
    35: prepared,
    255: prepared,
  };
}
