import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { goldenDaemon, goldenFiles } from '../../common/model/golden-files.ts';
import { parseIpv4 } from '../../common/model/ipv4.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { under } from '../../common/system/place.ts';
import { collectGolden } from '../prepareclient/collect.ts';
import { runningDaemon, startDaemon, stopDaemon } from '../prepareclient/daemon.ts';
import { whatIsLost } from '../prepareclient/faithful.ts';
import { hooksStep, readHooks } from '../prepareclient/hooks.ts';
import { isListening } from '../prepareclient/listening.ts';
import { recordSteps } from '../prepareclient/plan.ts';

type Options = {
  server?: string;
  rsyncd: boolean;
  password: boolean;
  port: number;
  excludeDisk?: string[];
  stop?: boolean;
  force?: boolean;
  dryRun?: boolean;
};

/** Letters and digits without look-alikes: people read the password on one screen and type it on another. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
const passwordLetters = 16;
const newPassword = () => Array.from({ length: passwordLetters }, () => letters[randomInt(letters.length)]).join('');

/** The addresses of the image server, for `hosts allow`. */
async function addressesOf(io: ReadIo, server: string): Promise<string[]> {
  if (parseIpv4(server) !== undefined) return [server];
  const exit = await io.run({ argv: ['getent', 'ahosts', '--', server] });
  const found = [...new Set(exit.stdout.split('\n').flatMap((line) => line.split(/\s/)[0] || []))];
  if (found.length > 0) return found;
  throw new UserError(
    `the name ${JSON.stringify(server)} has no address here`,
    'Give the image server by its address.',
  );
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const running = await runningDaemon(io);
  if (options.stop) return context.carryOut(stopDaemon(running), options);
  if (options.rsyncd && options.server === undefined)
    throw new UserError(
      'which image server may take the files of this machine?',
      'Say --server ADDRESS; or --no-rsyncd where getimage comes by ssh.',
    );
  const { facts, leftOut } = await collectGolden(io, options.excludeDisk ?? []);
  const oneLine = (text: string) =>
    text
      .split('\n')
      .map((part) => part.trim())
      .filter(Boolean)
      .join('; ');
  for (const { device, why } of leftOut) context.print(`left out: ${device} (${oneLine(why)})`);
  const lost = whatIsLost(facts);
  for (const line of lost) context.print(`not in an image: ${line}`);
  if (lost.length > 0 && !options.force && !options.dryRun)
    throw new UserError(
      `an image cannot hold all of this machine (${lost.length} reasons above); nothing has been changed`,
      'Say --force to take what an image can hold.',
    );
  const old = (await io.list(under(root, goldenFiles.schemes))) ?? [];
  const hooks = await readHooks(io, root);
  if (hooks.length > 0) context.print(`run before and after a capture: ${hooks.join(', ')}`);
  const record = [...recordSteps(facts, old, root), hooksStep(root)];
  if (!options.rsyncd) {
    await context.carryOut(record, options);
    return context.print(`Now on the image server: getimage --ssh -golden-client ${facts.hostname} -image my_image_v1`);
  }
  await requireRsync(io);
  const servers = await addressesOf(io, options.server ?? '');
  if (running === undefined && (await isListening(io, options.port)))
    throw new UserError(
      `port ${options.port} is taken by another program`,
      `Choose another port by --port, and give getimage the same port; ss -ltnp sport = :${options.port} names the program.`,
    );
  const password = options.password ? newPassword() : undefined;
  const before = running === undefined ? [] : stopDaemon(running);
  const start = startDaemon({ port: options.port, servers, password: password || undefined });
  await context.carryOut([...record, ...before, ...start], options);
  if (options.dryRun) return;
  const port = options.port === goldenDaemon.port ? '' : ` -port ${options.port}`;
  context.print(`Ready for one capture, at most 24 hours, by ${servers.join(', ')}.`);
  if (password) context.print(`Password: ${password}`);
  else context.print('No password: whoever can use that address can read every file of this machine.');
  context.print(`Now on the image server: getimage -golden-client ${facts.hostname}${port} -image my_image_v1`);
}

async function requireRsync(io: ReadIo): Promise<void> {
  const exit = await io.run({ argv: ['rsync', '--version'] }).catch((cause: unknown) => {
    throw new UserError('rsync is not on this machine', 'Install the package rsync.', { cause });
  });
  if (exit.code !== 0) throw new UserError(`rsync does not run: ${exit.stderr.trim()}`, 'Install its package again.');
}

const help = `
Hooks are executable files /etc/systemimager/capture.d/NN-NAME: a hook can stop a database for the time of a capture, for example.
Before a capture, the hooks run with the argument before. After the capture, also after a failed capture, the hooks run in reverse
order with the argument after. Each hook and the folder must belong to root, and only root may have permission to write there. A
hook that fails before the capture stops the capture. All hooks together may take four minutes.`;

/** Writes down what a golden client is, and lets the image server take its files. */
export const prepareclientCommand: CliCommand = {
  name: 'prepareclient',
  summary: 'on a golden client: record the disks of this machine, and let the image server read its files',
  examples: [
    'prepareclient --server 192.168.1.254',
    'prepareclient --server images.example.com --exclude-disk sdb',
    'prepareclient --no-rsyncd',
    'prepareclient --stop',
  ],
  declare(command: Command, context: CliContext) {
    command
      .option('--server <address>', 'name or address of the image server; only the image server may read the files')
      .option('--port <number>', 'TCP port of the rsync daemon of prepareclient', parsePort, goldenDaemon.port)
      .option(
        '--no-password',
        'use no password, as earlier releases did; any program with the address of the image server can then read all files',
      )
      .option('--no-rsyncd', 'only record the disks, and start no rsync daemon; use getimage --ssh then')
      .option(
        '--exclude-disk <disk>',
        'leave this disk out of the image, such as /dev/sdb; may be repeated',
        (disk: string, before?: string[]) => [...(before ?? []), disk.startsWith('/dev/') ? disk : `/dev/${disk}`],
      )
      .option('--stop', 'stop the rsync daemon, and remove the password')
      .option('--force', 'continue although an image cannot hold everything of this machine')
      .option('--dry-run', 'print the steps, and change nothing')
      .addHelpText('after', help)
      .action((options: Options) => run(context, options));
  },
};
