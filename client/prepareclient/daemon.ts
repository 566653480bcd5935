import { goldenDaemon, goldenFiles } from '../../common/model/golden-files.ts';
import type { Argv, ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** /run is gone after a reboot, and its names cannot be foreseen by other users (/tmp's can). */
const runDir: AbsPath = '/run/systemimager';
const at = (name: string) => under(runDir, name);

const configFlag = `--config=${at('rsyncd.conf')}`;

/**
 * The process of our daemon; undefined where none runs. After a crash the pid file may hold the number of a program that has
 * nothing to do with us, also of another rsync: ours was told to read our configuration.
 */
export async function runningDaemon(io: ReadIo): Promise<number | undefined> {
  const pid = /^\d+$/.exec((await io.readText(at('rsyncd.pid')))?.trim() ?? '')?.[0];
  if (pid === undefined) return undefined;
  const words = ((await io.readText(`/proc/${pid}/cmdline`).catch(() => undefined)) ?? '').split('\0');
  return words[0]?.split('/').at(-1) === 'rsync' && words.includes(configFlag) ? Number(pid) : undefined;
}

/** So long it waits for a getimage that never comes. */
const longestSeconds = 24 * 60 * 60;

export type DaemonWish = {
  port: number;
  /** Addresses that may connect. */
  servers: string[];
  /** Undefined: no password, the classic way. */
  password?: string;
};

const endIt = `kill "$(cat ${at('rsyncd.pid')})"; rm -f ${at('rsyncd.conf')} ${at('rsyncd.secrets')}`;

/** rsyncd.conf(5): modules with the whole machine, read-only, without and with hooks around, and one whose visit ends the daemon. */
export function daemonConf({ port, servers, password }: DaemonWish): string {
  const auth =
    password === undefined ? [] : [`auth users = ${goldenDaemon.user}`, `secrets file = ${at('rsyncd.secrets')}`];
  return [
    '# Written by prepareclient; gone after a reboot, and when getimage is done.',
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
    // Nor does a small message of ours wait for the receipt of the one before.
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

/** A program of its own session that outlives us, with nothing of our terminal. The text has no data in it. */
const detached = (argv: Argv): Argv => [
  ...(['setsid', '--fork', 'sh', '-c', 'exec "$@" </dev/null >/dev/null 2>&1', 'sh'] as const),
  ...argv,
];

/** Starts it, for this boot only. */
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
    { why: 'Make the folder whose visit ends the daemon', kind: 'mkdir', at: here(at('done')), mode: 0o700 },
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
      why: 'Wait for it',
      kind: 'wait',
      for: { kind: 'file', at: at('rsyncd.pid') },
      limitMs: 10_000,
      hint: `See ${at('rsyncd.log')}.`,
    },
  ];
}

/** Ends a daemon that runs; its files go with it. */
export function stopDaemon(pid: number | undefined): Step[] {
  const end: Step[] =
    pid === undefined
      ? []
      : [
          // kill(1) is a program of procps, which a minimal Debian lacks; every shell has the word.
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
