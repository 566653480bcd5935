import path from 'node:path';
import type { Command } from 'commander';
import { confirm } from '../../common/answers.ts';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { ImageName } from '../../common/model/names.ts';
import { serverAddress } from '../../common/model/server-address.ts';
import { defaultPorts, type Settings } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { takeLock } from '../../common/system/lock.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { serverSource } from '../../install/source/server-source.ts';
import { excludeFile, firstExcludeFile } from '../updateclient/exclude-file.ts';
import { planUpdate, updateSteps, type Update } from '../updateclient/plan.ts';
import { probeUpdate, type Wish } from '../updateclient/probe.ts';
import { firstQuestion, listUpdate, plainUpdate, summary } from '../updateclient/show.ts';

type Options = {
  server: string;
  image: string;
  directory?: string;
  only?: string[];
  delete: boolean;
  listing?: boolean;
  dryRun?: boolean;
  json?: boolean;
  yes?: boolean;
  log?: string;
  reboot?: boolean;
  rsyncPort: number;
  httpPort: number;
};

function wishOf({ root }: CliContext, options: Options): Wish {
  const name = ImageName.safeParse(options.image);
  if (!name.success)
    throw new UserError(`${JSON.stringify(options.image)}: ${name.error.issues[0]?.message}`, 'Correct -image.');
  const setting = (value: string | number) => ({ value: String(value), from: 'default' as const, detail: '' });
  const settings: Settings = {
    IMAGESERVER: setting(options.server),
    RSYNCPORT: setting(options.rsyncPort),
    HTTPPORT: setting(options.httpPort),
  };
  const directory = options.directory === undefined ? root : absPath(options.directory);
  return {
    server: serverAddress(settings),
    source: serverSource(settings),
    image: name.data,
    directory: directory === '/' ? '/' : (directory.replace(/\/$/, '') as AbsPath),
    only: (options.only ?? []).map((path) => absPath(path)),
  };
}

async function update(context: CliContext, options: Options): Promise<void> {
  const { io, signal } = context;
  const wish = wishOf(context, options);
  const { directory } = wish;
  if (options.reboot && directory !== '/')
    throw new UserError(`-reboot restarts this machine, and ${directory} is not its root`, 'Leave out -reboot.');
  if ((await io.stat(directory))?.kind !== 'dir')
    throw new UserError(`${directory} is no folder`, 'Name the root of the tree to update: -directory DIR.');
  await using _ = await takeLock(io, under(directory, 'run/systemimager/locks/updateclient'), {
    busy: `another updateclient is at work on ${directory}`,
    writersHoldIt: true,
  });
  const log = await openLog(context, options.log);
  const say = (line: string) => {
    log(line);
    if (!options.json) context.print(line);
  };
  say(`Comparing ${directory} with image ${wish.image} of image server ${wish.server.host}.`);
  const facts = await probeUpdate(io, wish, signal);
  const plan = planUpdate(facts.layers, facts.kept, facts.times, { noDelete: !options.delete });
  for (const line of listUpdate(plan)) (options.dryRun || options.listing ? say : log)(line);
  say(`${wish.image}: ${summary(plan)}.`);
  if (options.json)
    context.print(
      JSON.stringify({ image: wish.image, server: wish.server.host, directory, ...plainUpdate(plan) }, undefined, 2),
    );
  if (options.dryRun) return;
  if (!facts.hasList) await io.write({ root: directory, path: excludeFile }, firstExcludeFile, { mode: 0o644 });
  await askFirst(context, options, plan);
  await context.carryOut(updateSteps(plan, facts.layers, wish.source, directory), {
    isQuiet: options.json,
    onEvent: (event) => (event.kind === 'started' ? log(event.step.why) : undefined),
  });
  say(`${directory} is ${wish.image} now.`);
  if (options.reboot) await context.carryOut([{ why: 'Restart', kind: 'run', argv: ['reboot'] }], options);
}

/** Gives what writes a line into the file of -log. */
async function openLog({ io }: CliContext, file: string | undefined): Promise<(line: string) => void> {
  if (file === undefined) return () => {};
  const at = absPath(path.resolve(file));
  let written = io.append(at, '');
  await written;
  return (line) => {
    written = written.then(() => io.append(at, `${io.now().toISOString()} ${line}\n`));
  };
}

async function askFirst(context: CliContext, { yes }: Options, plan: Update): Promise<void> {
  const removed = plan.changes.filter(({ reason }) => reason === 'deleted').length;
  if (yes || removed === 0) return;
  if (!context.isTerminal)
    throw new UserError(
      `this is the first update of this machine, and it would remove ${removed} names; nothing was changed`,
      'See them with --dry-run, and say --yes; or write what must stay into /etc/systemimager/updateclient.local.exclude.',
    );
  const answer = await confirm({ message: firstQuestion(plan), initialValue: false });
  if (answer !== true) throw new UserError('nothing was changed', 'Say --dry-run to see every change.');
}

const help = `
The file /etc/systemimager/updateclient.local.exclude of the machine names what an update leaves alone. The first update writes the
file; from then on it is the administrator's.`;

/** Updates a running machine to an image. */
export const updateclientCommand: CliCommand = {
  name: 'updateclient',
  summary: 'on a running machine: make its files those of an image, and leave alone what belongs to the machine',
  examples: [
    'updateclient -server 192.168.1.254 -image web_v2 --dry-run',
    'updateclient -server 192.168.1.254 -image web_v2',
    'updateclient -server images.example.com -image web_v2 --only /etc/nginx --yes',
  ],
  declare(command: Command, context: CliContext) {
    command
      .requiredOption('--server <address>', 'name or address of the image server')
      .requiredOption('--image <name>', 'name of the image')
      .option('--directory <dir>', 'update the tree in this directory (default: the running machine)')
      .option(
        '--only <path>',
        'update only this path, with all below it; may be repeated',
        (path: string, before?: string[]) => [...(before ?? []), path],
      )
      .option('--no-delete', 'remove nothing')
      .option('--listing', 'list each file')
      .option('--dry-run', 'list each file with the reason, and change nothing')
      .option('--log <file>', 'also write the list of files and the steps into this file')
      .option('--reboot', 'restart the machine after the update')
      .option('--yes', 'ask nothing')
      .option('--json', 'print the result as JSON')
      .option('--rsync-port <number>', 'TCP port of rsync on the image server', parsePort, defaultPorts.rsync)
      .option('--http-port <number>', 'TCP port of HTTP on the image server', parsePort, defaultPorts.http)
      .addHelpText('after', help)
      .action((options: Options) => update(context, options));
  },
};
