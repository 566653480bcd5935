import { type Command, InvalidArgumentError, Option } from 'commander';
import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { goldenDaemon } from '../../common/model/golden-files.ts';
import { ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, under } from '../../common/system/place.ts';
import { confirm } from '../../common/answers.ts';
import { serverPaths } from '../config/paths.ts';
import { captureImage } from '../getimage/capture.ts';
import { planDirectory } from '../getimage/directory.ts';
import { givenPassword, withPassword } from '../getimage/password.ts';
import { openSsh } from '../getimage/ssh-connection.ts';
import { checkSource, type Source } from '../getimage/source.ts';
import { lockImage } from '../images/lock.ts';
import { checkOneName } from '../images/free-name.ts';
import { tellOpen } from '../images/open-folder.ts';
import { nextVersion } from '../images/versions.ts';
import {
  type Ending,
  endings,
  endingWords,
  type IpAssignment,
  ipAssignments,
  ipAssignmentWords,
} from '../../common/model/script.ts';
import { writeScript } from './mkautoinstallscript.ts';

type Options = {
  goldenClient: string;
  image: string;
  port: number;
  ssh?: boolean;
  sshUser?: string;
  passwordFile?: string;
  exclude?: string[];
  excludeFile?: string[];
  also?: string[];
  directory?: string;
  share?: 'hardlink';
  update?: boolean;
  updateScript?: 'yes' | 'no';
  ipAssignment: IpAssignment;
  postInstall: Ending;
  log?: string;
  quiet?: boolean;
  yes?: boolean;
  dryRun?: boolean;
};

/** True if a person is there to answer the questions of a capture. */
const mayAsk = (context: CliContext, options: Options) => context.isTerminal && !options.yes;

async function sourceOf(context: CliContext, options: Options, held: AsyncDisposableStack): Promise<Source> {
  const { goldenClient: host, port, ssh, sshUser } = options;
  if (ssh || sshUser !== undefined) {
    const agent = process.env.SSH_AUTH_SOCK;
    const bySsh = { kind: 'ssh' as const, host, user: sshUser ?? 'root', agent: agent || undefined };
    checkSource(bySsh);
    return mayAsk(context, options) ? held.use(await openSsh(context, bySsh)).source : bySsh;
  }
  const password = await givenPassword(context, options.passwordFile, process.env);
  const source = { kind: 'daemon' as const, host, port };
  checkSource(source);
  if (password !== undefined) return { ...source, password };
  return mayAsk(context, options) ? withPassword(context, source) : source;
}

async function mayUpdate(context: CliContext, options: Options): Promise<void> {
  if (options.update || options.yes || options.quiet || options.dryRun) return;
  const next = nextVersion(options.image);
  if (!context.isTerminal)
    throw new UserError(
      `there is an image ${options.image} already`,
      `Say --update to bring that image up to date, or take a new version: -image ${next}`,
    );
  const message = `There is an image ${options.image} already. Bring that image up to date? (A new version would be -image ${next}.)`;
  const answer = await confirm({ message, initialValue: false });
  if (answer !== true) throw new UserError(`${options.image} stays as it is`, `A new version: -image ${next}`);
}

async function readExcludes({ io, signal }: CliContext, options: Options): Promise<string[]> {
  const lines = [...(options.exclude ?? [])];
  for (const name of options.excludeFile ?? []) {
    const file = absPath(path.resolve(name));
    const text =
      (await io.lstat(file))?.kind === 'dir' ? undefined : await io.readText(file, { isGiven: true, signal });
    if (text === undefined) throw new UserError(`${file} is no file`, 'The file holds a pattern of rsync(1) per line.');
    lines.push(...text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#')));
  }
  return lines;
}

/** A context that prints nothing but errors, and asks nothing. */
const quietly = (context: CliContext): CliContext => ({
  ...context,
  isTerminal: false,
  print: () => {},
  carryOut: (steps, how) => context.carryOut(steps, { ...how, isQuiet: true }),
});

async function run(given: CliContext, options: Options): Promise<void> {
  const context = options.quiet ? quietly(given) : given;
  const { image, log: logFormat, dryRun = false } = options;
  const valid = ImageName.safeParse(image);
  if (!valid.success)
    throw new UserError(
      `${JSON.stringify(image)}: ${valid.error.issues[0]?.message}`,
      'Say -image web_v1, for example.',
    );
  const paths = serverPaths(context.root);
  const at = under(paths.images, image);
  await using held = new AsyncDisposableStack();
  held.use(await lockImage(context.io, paths, image));
  if (options.directory !== undefined) {
    const wanted = absPath(path.resolve(options.directory));
    await context.carryOut(await planDirectory(context.io, paths.images, wanted), { dryRun });
  }
  await tellOpen(context, paths.images);
  const isThere = (await context.io.lstat(at)) !== undefined;
  if (isThere) await mayUpdate(context, options);
  else await checkOneName(context.io, paths, image);
  const source = await sourceOf(context, options, held);
  const excludes = await readExcludes(context, options);
  const log = logFormat === undefined ? {} : { logFormat };
  const sharesLinks = options.share === 'hardlink';
  await captureImage(context, {
    image,
    source,
    excludes,
    also: options.also ?? [],
    sharesLinks,
    mayAsk: mayAsk(context, options) && !dryRun,
    ...log,
    dryRun,
  });
  await script(context, options);
}

/** The first capture writes the script; later captures do so only with --update-script, or if a person agrees. */
async function script(context: CliContext, options: Options): Promise<void> {
  if (options.updateScript === 'no' || options.dryRun) return;
  const { image, ipAssignment, postInstall } = options;
  const wish = { image, ipAssignment, postInstall, force: options.updateScript === 'yes' };
  const master = under(serverPaths(context.root).scripts, `${image}.master`);
  const hasScript = (await context.io.lstat(master)) !== undefined;
  if (hasScript && options.updateScript === undefined && (!context.isTerminal || options.yes))
    return context.print(`${master} stays as it is (-update-script yes writes it anew)`);
  await writeScript(context, wish);
}

const collect = (one: string, before: string[] = []) => [...before, one];

const ipWords: Record<string, IpAssignment> = { static_dhcp: 'dhcp', dynamic_dhcp: 'dhcp' };
const postWords: Record<string, Ending> = { shutdown: 'poweroff' };

/** Takes one of the words, or a classic word of the same meaning. */
function oneOf<Word extends string>(words: readonly Word[], classic: Record<string, Word>) {
  return (text: string): Word => {
    const found = words.find((one) => one === text) ?? classic[text];
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`it is one of ${words.join(', ')}.`);
  };
}

/** Takes the files of a golden client as an image. */
export const getimageCommand: CliCommand = {
  name: 'getimage',
  summary: 'make an image from the files of a golden client, or update an existing image',
  examples: [
    'getimage -golden-client 192.168.1.1 -image web_v1',
    'getimage --ssh -golden-client web -image web_v1 -exclude "/srv/*"',
    'getimage -golden-client web -image web_v1 --update -update-script yes',
  ],
  declare(command: Command, context: CliContext) {
    command
      .requiredOption('--golden-client <host>', 'name or address of the golden client; run prepareclient there first')
      .requiredOption('--image <name>', 'name of the image, such as web_v1')
      .option('--port <number>', 'TCP port of the rsync daemon of prepareclient', parsePort, goldenDaemon.port)
      .option(
        '--password-file <file>',
        'file with the password that prepareclient printed (default: the variable SYSTEMIMAGER_PASSWORD, else ask)',
      )
      .option('--ssh', 'copy by rsync over ssh; the golden client then needs no rsync daemon')
      .option(
        '--ssh-user <name>',
        'copy over ssh as this user (default: root); other users need sudo on the golden client',
      )
      .option('--exclude <pattern>', 'leave out files of this pattern of rsync(1) --exclude; may be repeated', collect)
      .option(
        '--exclude-file <file>',
        'leave out files of the patterns in this file, one pattern per line; may be repeated',
        collect,
      )
      .option(
        '--also <dir>',
        'also copy the filesystem mounted on this directory, even without a line in fstab; may be repeated',
        collect,
      )
      .option(
        '--directory <dir>',
        'directory for all images, to choose before the first image; /var/lib/systemimager/images becomes a link to this directory',
      )
      .addOption(
        new Option(
          '--share <how>',
          'hardlink: share unchanged files with the version before, on any filesystem; edit both images only by systemimager chroot then (default: share disk blocks if the filesystem can)',
        ).choices(['hardlink']),
      )
      .option('--update', 'update an existing image without asking')
      .addOption(
        new Option(
          '--update-script <yes|no>',
          'replace the autoinstall script of the image; the old script is kept as a numbered backup',
        )
          .choices(['yes', 'no'])
          .preset('yes'),
      )
      .addOption(
        new Option('--ip-assignment <how>', ipAssignmentWords)
          .choices(ipAssignments)
          .argParser(oneOf(ipAssignments, ipWords))
          .default('dhcp' satisfies IpAssignment),
      )
      .addOption(
        new Option('--post-install <what>', endingWords)
          .choices(endings)
          .argParser(oneOf(endings, postWords))
          .default('reboot' satisfies Ending),
      )
      .option(
        '--log <format>',
        'log each file to /var/log/systemimager/getimage.IMAGE, in this log format of rsyncd.conf(5)',
      )
      .option(
        '--quiet',
        'ask nothing, print only errors, update an existing image, and keep an existing autoinstall script',
      )
      .option('--yes', 'ask nothing, update an existing image, and keep an existing autoinstall script')
      .option('--dry-run', 'print the steps, and change nothing')
      .action((options: Options) => run(context, options));
  },
};
