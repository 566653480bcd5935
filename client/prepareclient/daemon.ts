import { goldenDaemon, goldenFiles } from '../../common/model/golden-files.ts';
import type { Argv, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** /run is empty after a reboot, and only root can create names in it; in /tmp every user can. */
const runDir: AbsPath = '/run/systemimager';
const at = (name: string) => under(runDir, name);

const configFlag = `--config=${at('rsyncd.conf')}`;

/**
 * The process of our daemon; undefined if none runs. After a crash the number in the pid file may belong to an unrelated
 * program, even to another rsync; only our daemon has our `--config` among its arguments.
 */
export async function runningDaemon(io: ReadIo): Promise<number | undefined> {
  const pid = /^\d+$/.exec((await io.readText(at('rsyncd.pid')))?.trim() ?? '')?.[0];
  if (pid === undefined) return undefined;
  const words = ((await io.readText(`/proc/${pid}/cmdline`).catch(() => undefined)) ?? '').split('\0');
  return words[0]?.split('/').at(-1) === 'rsync' && words.includes(configFlag) ? Number(pid) : undefined;
}

/** The daemon ends after this time, even if no getimage came. */
const longestSeconds = 24 * 60 * 60;

export type DaemonWish = {
  port: number;
  /** Addresses that may connect. */
  servers: string[];
  /** Undefined: no password, the classic way. */
  password?: string;
};

const endIt = `kill "$(cat ${at('rsyncd.pid')})"; rm -f ${at('rsyncd.conf')} ${at('rsyncd.secrets')}`;

/** rsyncd.conf(5): two read-only modules with the whole machine, one of them with hooks, and a module that ends the daemon. */
export function daemonConf({ port, servers, password }: DaemonWish): string {
  const auth =
    password === undefined ? [] : [`auth users = ${goldenDaemon.user}`, `secrets file = ${at('rsyncd.secrets')}`];
  return [
    '# Written by prepareclient. This file is removed when getimage has finished, and at a reboot.',
    `port = ${port}`,
    `pid file = ${at('rsyncd.pid')}`,
    `log file = ${at('rsyncd.log')}`,
    'uid = root',
    'gid = root',
    'use chroot = yes',
    'numeric ids = yes',
    'munge symlinks = no',
    'read only = yes',
    'list = no',
    'timeout = 600',
    // A small message does not wait until the previous one is acknowledged.
    'socket options = TCP_NODELAY',
    'reverse lookup = no',
    'forward lookup = no',
    `hosts allow = ${servers.join(' ')}`,
    'hosts deny = *',
    ...auth,
    '',
    `[${goldenDaemon.rootModule}]`,
    '\tpath = /',
    '',
    `[${goldenDaemon.captureModule}]`,
    '\tpath = /',
    `\tpre-xfer exec = ${goldenFiles.hooksRunner} before`,
    `\tpost-xfer exec = ${goldenFiles.hooksRunner} after`,
    '',
    `[${goldenDaemon.doneModule}]`,
    `\tpath = ${at('done')}`,
    `\tpost-xfer exec = ${endIt}`,
    '',
  ].join('\n');
}

/** Starts a program in a session of its own: it outlives us and does not use our terminal. The shell text holds no data. */
const detached = (argv: Argv): Argv => [
  ...(['setsid', '--fork', 'sh', '-c', 'exec "$@" </dev/null >/dev/null 2>&1', 'sh'] as const),
  ...argv,
];

/** Starts the daemon, for this boot only. */
export function startDaemon(wish: DaemonWish): Step[] {
  const secrets: Step[] =
    wish.password === undefined
      ? []
      : [
          {
            why: 'Write the password for one capture',
            kind: 'write',
            at: here(at('rsyncd.secrets')),
            content: { secret: `${goldenDaemon.user}:${wish.password}\n`, as: 'password' },
            mode: 0o600,
          },
        ];
  return [
    { why: 'Make a folder that is gone after a reboot', kind: 'mkdir', at: here(runDir), mode: 0o700 },
    {
      why: 'Make the folder of the rsync module that ends the daemon',
      kind: 'mkdir',
      at: here(at('done')),
      mode: 0o700,
    },
    ...secrets,
    {
      why: `Write the configuration of a daemon that answers only ${wish.servers.join(', ')}`,
      kind: 'write',
      at: here(at('rsyncd.conf')),
      content: daemonConf(wish),
      mode: 0o600,
    },
    {
      why: `Serve the files of this machine, read-only, on port ${wish.port}`,
      kind: 'run',
      argv: detached(['timeout', String(longestSeconds), 'rsync', '--daemon', '--no-detach', configFlag]),
    },
    {
      why: 'Wait for the daemon',
      kind: 'wait',
      for: { kind: 'file', at: at('rsyncd.pid') },
      limitMs: 10_000,
      hint: `See ${at('rsyncd.log')}.`,
    },
  ];
}

/** Ends the daemon, if one runs, and removes its files. */
export function stopDaemon(pid: number | undefined): Step[] {
  const end: Step[] =
    pid === undefined
      ? []
      : [
          // A minimal Debian lacks kill(1), a program of procps; every shell has `kill` built in.
          {
            why: 'End the daemon',
            kind: 'run',
            argv: ['sh', '-c', 'kill "$1"', 'sh', String(pid)],
            ok: { 1: 'it had ended already' },
          },
          {
            why: 'Wait until the port of the daemon is free',
            kind: 'wait',
            for: { kind: 'gone', at: `/proc/${pid}` },
            limitMs: 10_000,
            hint: `End process ${pid} by hand.`,
          },
        ];
  const files = ['rsyncd.conf', 'rsyncd.secrets', 'rsyncd.pid', 'done'].map((name): Step => {
    return { why: `Take ${at(name)} away`, kind: 'remove', at: here(at(name)) };
  });
  return [...end, ...files];
}
