import { type Command, InvalidArgumentError, Option } from 'commander';
import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { parsePort } from '../../common/cli-arguments.ts';
import { goldenDaemon } from '../../common/model/golden-files.ts';
import { ImageName } from '../../common/model/names.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, under } from '../../common/system/place.ts';
import { confirm } from '../answers.ts';
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
import { type Ending, endings, type IpAssignment, ipAssignments } from '../../common/model/script.ts';
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
  summary: 'take the files of a golden client as an image, or bring an image up to date',
  examples: [
    'getimage -golden-client 192.168.1.1 -image web_v1',
    'getimage --ssh -golden-client web -image web_v1 -exclude "/srv/*"',
    'getimage -golden-client web -image web_v1 --update -update-script yes',
  ],
  declare(command: Command, context: CliContext) {
    command
      .requiredOption('--golden-client <host>', 'the golden client, where prepareclient was run')
      .requiredOption('--image <name>', 'the image, as web_v1')
      .option('--port <number>', 'where prepareclient’s daemon listens', parsePort, goldenDaemon.port)
      .option(
        '--password-file <file>',
        'holds the password that prepareclient showed; else SYSTEMIMAGER_PASSWORD, else a question',
      )
      .option('--ssh', 'by rsync over ssh; needs no daemon there')
      .option('--ssh-user <name>', 'by ssh, as this user (default: root); others than root need sudo there')
      .option('--exclude <pattern>', 'leave this out, as rsync(1) --exclude; may be said again', collect)
      .option('--exclude-file <file>', 'leave out what these lines say; may be said again', collect)
      .option('--also <dir>', 'take what is mounted there, though fstab does not name it; may be said again', collect)
      .option(
        '--directory <dir>',
        'where images lie, from the first one on; /var/lib/systemimager/images becomes a link to it',
      )
      .addOption(
        new Option(
          '--share <how>',
          'hardlink: what is as in the version before takes no room, on any filesystem (else by reflink where that can be); both images are sealed then: edit them by systemimager chroot only, which gives an image files of its own first',
        ).choices(['hardlink']),
      )
      .option('--update', 'bring an image that is there up to date, without asking')
      .addOption(
        new Option('--update-script <yes|no>', 'write its autoinstall script anew; an edited one is kept as a backup')
          .choices(['yes', 'no'])
          .preset('yes'),
      )
      .addOption(
        new Option('--ip-assignment <how>', `how machines get their address: ${ipAssignments.join(', ')}`)
          .argParser(oneOf(ipAssignments, ipWords))
          .default('dhcp' satisfies IpAssignment),
      )
      .addOption(
        new Option('--post-install <what>', `what machines do when they are done: ${endings.join(', ')}`)
          .argParser(oneOf(endings, postWords))
          .default('reboot' satisfies Ending),
      )
      .option('--log <format>', 'log each file to /var/log/systemimager/getimage.IMAGE, as rsyncd.conf(5) log format')
      .option('--quiet', 'ask nothing, print nothing but errors, and bring an image that is there up to date')
      .option('--yes', 'ask nothing, and bring an image that is there up to date; never replaces an edited script')
      .option('--dry-run', 'show what would be done')
      .action((options: Options) => run(context, options));
  },
};
