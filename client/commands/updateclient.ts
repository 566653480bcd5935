import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { confirm } from '../../common/answers.ts';
import type { CarryOut, CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { ImageName } from '../../common/model/names.ts';
import { serverAddress } from '../../common/model/server-address.ts';
import { defaultPorts, type Settings } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import { takeLock } from '../../common/system/lock.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { serverSource } from '../../install/source/server-source.ts';
import {
  declareReinstall,
  reinstallFlags,
  reinstallHelp,
  type ReinstallOptions,
  reinstallSelf,
} from './reinstall-self.ts';
import { checkNoServer } from '../updateclient/checks.ts';
import { excludeFile, firstExcludeFile } from '../updateclient/exclude-file.ts';
import { waitForPackageManager } from '../updateclient/package-managers.ts';
import type { Update } from '../updateclient/plan.ts';
import { prepareUpdate } from '../updateclient/prepare.ts';
import type { Wish } from '../updateclient/probe.ts';
import { probeStale, restartSteps, sayStale } from '../updateclient/restart.ts';
import { personOf, readRecords } from '../updateclient/record.ts';
import { restartStep } from '../restart-machine.ts';
import { firstQuestion, listUpdate, plainUpdate, summary } from '../updateclient/show.ts';

type Options = ReinstallOptions & UpdateOptions;

type UpdateOptions = {
  directory?: string;
  only?: string[];
  delete: boolean;
  keep?: string[];
  take?: string[];
  listing?: boolean;
  json?: boolean;
  yes?: boolean;
  log?: string;
  restart?: boolean;
  otherLayout?: boolean;
};

function wishOf({ root }: CliContext, options: Options): Wish {
  const { server, image } = options;
  if (server === undefined || image === undefined)
    throw new UserError(
      'an update needs an image server and an image',
      'Say -server ADDRESS -image NAME; or -autoinstall -server ADDRESS to reinstall this machine.',
    );
  const name = ImageName.safeParse(image);
  if (!name.success)
    throw new UserError(`${JSON.stringify(image)}: ${name.error.issues[0]?.message}`, 'Correct -image.');
  const setting = (value: string | number) => ({ value: String(value), from: 'default' as const, detail: '' });
  const settings: Settings = {
    IMAGESERVER: setting(server),
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

async function run(context: CliContext, options: Options): Promise<void> {
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
  await io.mkdir('/run/systemimager', { mode: 0o700 });
  await checkNoServer(io, directory);
  await waitForPackageManager(io, directory, say, signal);
  const records = await readRecords(io, directory);
  const { unfinished } = records;
  if (unfinished)
    say(
      `The update to ${unfinished.image} of ${unfinished.at} was interrupted: ${directory} is half-updated. This update finishes it.`,
    );
  say(`Comparing ${directory} with image ${wish.image} of image server ${wish.server.host}.`);
  const begun = {
    version: 1 as const,
    image: wish.image,
    server: wish.server.host,
    by: personOf(process.env),
    at: io.now().toISOString(),
  };
  const manner = {
    noDelete: !options.delete,
    keep: (options.keep ?? []).map((at) => absPath(at)),
    take: (options.take ?? []).map((at) => absPath(at)),
    otherLayout: options.otherLayout ?? false,
  };
  const prepared = await prepareUpdate(io, wish, manner, { records, begun, say, signal });
  const { update, steps } = prepared;
  for (const line of listUpdate(update)) (options.dryRun || options.listing ? say : log)(line);
  say(`${wish.image}: ${summary(update)}.`);
  const about = { image: wish.image, server: wish.server.host, directory };
  const tell = (more: object) => {
    if (!options.json) return;
    const found = { ...about, ...plainUpdate(update), conflicts: prepared.conflicts, ...more };
    context.print(JSON.stringify(found, undefined, 2));
  };
  if (options.dryRun) return tell({ finished: false });
  if (records.history === '' && !unfinished) await askFirst(context, options, update);
  if (prepared.lacksList) {
    await io.mkdir({ root: directory, path: under(excludeFile, '..') });
    await io.write({ root: directory, path: excludeFile }, firstExcludeFile, { mode: 0o644 });
  }
  const carrying: CarryOut = {
    isQuiet: options.json,
    onEvent: (event) => (event.kind === 'started' ? log(event.step.why) : undefined),
  };
  await context.carryOut(steps, carrying);
  if (wish.only.length === 0) say(`${directory} is ${wish.image} now.`);
  for (const path of prepared.conflicts)
    say(`changed here and in the image: /${path} (the image’s text is in /${path}.image)`);
  const stale = directory === '/' && !options.reboot ? await probeStale(io) : undefined;
  tell({ finished: true, needsRestart: stale });
  for (const line of stale ? sayStale(stale, options.restart ?? false) : []) say(line);
  if (stale && options.restart) await context.carryOut(restartSteps(stale), carrying);
  if (options.reboot) await context.carryOut([await restartStep(io)], carrying);
}

/** Gives what writes a line into the file of -log. */
async function openLog({ io }: CliContext, file: string | undefined): Promise<(line: string) => void> {
  if (file === undefined) return () => {};
  const at = absPath(resolve(file));
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

/** The flags that mean nothing to a reinstallation. */
const updateFlags = [
  'directory',
  'only',
  'keep',
  'take',
  'listing',
  'log',
  'restart',
  'otherLayout',
  'yes',
  'json',
] as const;

/** Refuses a flag that would do nothing. */
function refuseFlags(declared: readonly Option[], options: Options, isReinstall: boolean): void {
  const idle: readonly (keyof Options)[] = isReinstall ? updateFlags : reinstallFlags;
  const typed = declared.find((one) =>
    idle.some((name) => name === one.attributeName() && options[name] !== undefined),
  );
  if (!typed) return;
  throw new UserError(
    isReinstall ? `${typed.long} is for updates, and -autoinstall makes none` : `${typed.long} is for -autoinstall`,
    isReinstall
      ? `Leave out ${typed.long}.`
      : `Say -autoinstall to reinstall this machine, or leave out ${typed.long}.`,
  );
}

const several = (path: string, before?: string[]) => [...(before ?? []), path];

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
    'updateclient -autoinstall -server 192.168.1.254 -config eth0 -reboot',
  ],
  declare(command: Command, context: CliContext) {
    command
      .option('-s, --server <address>', 'name or address of the image server')
      .option('--image <name>', 'name of the image; with -autoinstall, by default that of this machine’s script')
      .option('--directory <dir>', 'update the tree in this directory (default: the running machine)')
      .option('--only <path>', 'update only this path, with all below it; may be repeated', several)
      .option('--keep <path>', 'keep this file or folder of /etc as it is; may be repeated', several)
      .option('--take <path>', 'take the image’s text of this file or folder of /etc; may be repeated', several)
      .option('--no-delete', 'remove nothing')
      .option('--listing', 'list each file')
      .option('--dry-run', 'list each file with the reason, or with -autoinstall the steps, and change nothing')
      .option('--log <file>', 'also write the list of files and the steps into this file')
      .option('--restart', 'restart the services that use files that were replaced')
      .option('--reboot', 'restart the machine at the end')
      .option('--other-layout', 'filesystems of the image that this machine lacks are folders here, on purpose')
      .option('--yes', 'ask nothing')
      .option('--json', 'print the result as JSON')
      .option('--rsync-port <number>', 'TCP port of rsync on the image server', parsePort, defaultPorts.rsync)
      .option('--http-port <number>', 'TCP port of HTTP on the image server', parsePort, defaultPorts.http)
      .addHelpText('after', help);
    declareReinstall(command)
      .addHelpText('after', reinstallHelp)
      .action((options: Options, { options: declared }: Command) => {
        const isReinstall = Boolean(options.autoinstall ?? options.undo ?? options.check);
        refuseFlags(declared, options, isReinstall);
        return isReinstall ? reinstallSelf(context, options) : run(context, options);
      });
  },
};
