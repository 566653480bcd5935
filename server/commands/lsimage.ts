import type { CliCommand, CliContext } from '../../common/cli.ts';
import { counted } from '../../common/counted.ts';
import { messageOf } from '../../common/system/errors.ts';
import { under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { readRecord } from '../config/json-file.ts';
import { captureFile, CaptureRecord } from '../images/capture-record.ts';
import { scriptTies } from '../images/ties.ts';
import { factsReader } from '../images/facts.ts';
import { isSealed } from '../images/sealed.ts';
import { printFindings, verifiedFile, VerifiedRecord } from '../images/verify.ts';
import { readScriptsFolder, type ScriptsFolder } from '../scripts/scripts-folder.ts';
import { listImages } from '../images/modules.ts';

type Options = { json?: boolean; size?: boolean; verbose?: boolean; dryRun?: boolean };

const noTies = { links: [], otherScripts: [], script: undefined, unread: undefined };

/** Everything known of an image without reading its tree; `broken` names unreadable files, so that they hide no other image. */
async function known({ io, root }: CliContext, name: string, scripts: ScriptsFolder) {
  const paths = serverPaths(root);
  const ties = await scriptTies(io, paths, name, scripts).catch((error: unknown) => ({
    unread: `${name}.master does not read (${messageOf(error)})`,
  }));
  const { links, otherScripts, script, unread } = { ...noTies, ...ties };
  const { record: captured, ...capture } = await readRecord(io, captureFile(paths, name), CaptureRecord);
  const { record: verified, ...verification } = await readRecord(io, verifiedFile(paths, name), VerifiedRecord);
  return {
    name,
    broken: [capture.broken, verification.broken, unread].filter((one) => one !== undefined),
    verified: verified ?? null,
    sealed: await isSealed(io, paths, name),
    capturedAt: captured?.capturedAt ?? null,
    goldenClient: captured?.goldenClient ?? null,
    script: script === undefined ? null : under(paths.scripts, `${name}.master`),
    machines: [...links, ...otherScripts].flatMap((file) => /^(.+)\.sh$/.exec(file)?.[1] ?? []).sort(),
  };
}

async function list(context: CliContext, options: Options): Promise<void> {
  const { io, root, signal } = context;
  const print = (line: string) => context.print(line);
  const paths = serverPaths(root);
  const names = await listImages(io, paths);
  if (names.length === 0 && context.isTerminal && !options.json)
    return print('There is no image yet: getimage takes one.');
  if (!options.size && !options.verbose && !options.json) return names.forEach(print);
  const facts = factsReader(io, paths, { remembers: !options.dryRun, signal });
  const scripts = await readScriptsFolder(io, paths);
  const images = [];
  for (const name of names) {
    const size = options.size ? await facts(name, ['/']) : undefined;
    images.push({
      ...(await known(context, name, scripts)),
      ...(size ? { bytes: size.bytes, inodes: size.inodes } : {}),
    });
  }
  if (options.json) return print(JSON.stringify(images, undefined, 2));
  for (const { name, broken, capturedAt, goldenClient, machines, verified, sealed, bytes, inodes } of images) {
    const size =
      bytes === undefined
        ? ''
        : `${(bytes / 1024 ** 2).toFixed(1).padStart(10)} MiB ${String(inodes).padStart(9)} files  `;
    const origin =
      capturedAt === null ? 'origin unknown' : `of ${goldenClient}, ${capturedAt.slice(0, 16).replace('T', ' ')} UTC`;
    const findings = verified === null ? '' : printFindings(verified);
    const warning = findings === '' ? '' : `; ${findings} (verify of ${verified?.verifiedAt.slice(0, 10)})`;
    const lost = broken.map((one) => `; ${one}`).join('');
    const shares = sealed ? '; shares files with another version' : '';
    const users = counted(machines.length, 'machine');
    print(
      `${name.padEnd(24)} ${size}${options.verbose ? `${origin}; ${users}${shares}${warning}${lost}` : ''}`.trimEnd(),
    );
  }
}

/** Lists the images of this server. */
export const lsimageCommand: CliCommand = {
  name: 'lsimage',
  summary: 'list the images of this server',
  examples: ['lsimage', 'lsimage -verbose', 'lsimage --size --json'],
  declare(command, context) {
    command
      .option('--verbose', 'also print golden client, time of the capture and number of machines of each image')
      .option('--size', 'also print the size in MiB and the number of files; both numbers are kept for the next call')
      .option('--json', 'print everything as JSON; the size only with --size')
      .option('--dry-run', 'do not keep the numbers of --size')
      .action((options: Options) => list(context, options));
  },
};
