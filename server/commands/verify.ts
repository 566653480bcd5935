import type { CliCommand, CliContext } from '../../common/cli.ts';
import { answerByExitCode } from '../../common/cli-exit.ts';
import { UserError } from '../../common/system/errors.ts';
import { serverPaths } from '../config/paths.ts';
import { imageDir } from '../images/facts.ts';
import { lockImage } from '../images/lock.ts';
import { manifestFile, readManifest, writeManifest } from '../images/manifest/file.ts';
import { makeManifest, scanTeller, withHasher } from '../images/manifest/make.ts';
import { scanTree } from '../images/manifest/scan.ts';
import { isSealed } from '../images/sealed.ts';
import { compareWithManifest, type Finding, type Findings, printFindings, verifiedFile } from '../images/verify.ts';

type Options = { refresh?: boolean; json?: boolean; dryRun?: boolean };

/** What the exit code says. */
const answers = { same: 0, edited: 1, rotten: 3 };

async function verify(context: CliContext, image: string, options: Options): Promise<number> {
  const paths = serverPaths(context.root);
  await using held = new AsyncDisposableStack();
  if (!options.dryRun) held.use(await lockImage(context.io, paths, image));
  await imageDir(context.io, paths, image);
  const print = options.json ? () => {} : (line: string) => context.print(line);
  if ((await context.io.lstat(manifestFile(paths, image))) === undefined) {
    if (!options.refresh)
      throw new UserError(
        `${image} has no manifest to be compared with`,
        `Make a manifest of what the image holds now: systemimager verify ${image} --refresh`,
      );
    if (options.dryRun) print(`would make ${manifestFile(paths, image)} of what ${image} holds now`);
    else await makeManifest({ ...context, print }, image);
    if (options.json)
      context.print(JSON.stringify({ image, ...none, findings: [], refreshed: !options.dryRun }, undefined, 2));
    return answers.same;
  }
  const found: Finding[] = [];
  const findings = { ...none };
  const refreshed = options.refresh === true && !options.dryRun;
  await compare({ ...context, print }, image, refreshed, (one) => {
    findings[one.kind] += 1;
    if (options.json) found.push(one);
    else print(`${one.kind.padEnd(8)} ${one.path}${one.what.length > 0 ? `: ${one.what.join(', ')}` : ''}`);
  });
  const left = refreshed ? { ...none, rotten: findings.rotten } : findings;
  if (!options.dryRun) await remember(context, image, left);
  if (options.json) context.print(JSON.stringify({ image, ...findings, findings: found, refreshed }, undefined, 2));
  else conclude(image, findings, options, print);
  if (left.rotten > 0) return answers.rotten;
  return printFindings(left) === '' ? answers.same : answers.edited;
}

const none: Findings = { rotten: 0, edited: 0, added: 0, removed: 0 };

async function compare(
  context: CliContext,
  image: string,
  refresh: boolean,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const { io, root, signal } = context;
  const paths = serverPaths(root);
  const { at } = await imageDir(io, paths, image);
  const file = manifestFile(paths, image);
  const teller = scanTeller(image, (line) => context.print(line));
  await withHasher(signal, async (hasher) => {
    const tree = scanTree({ io, at, hasher, signal, onProgress: teller.onProgress });
    const kept = compareWithManifest(readManifest(file), tree, onFinding, {
      isSealed: await isSealed(io, paths, image),
    });
    if (refresh) await writeManifest(file, kept);
    else for await (const _ of kept);
  });
  teller.end();
}

async function remember({ io, root }: CliContext, image: string, findings: Findings): Promise<void> {
  const record = { version: 1, verifiedAt: io.now().toISOString(), ...findings };
  await io.write(verifiedFile(serverPaths(root), image), `${JSON.stringify(record)}\n`, { mode: 0o644 });
}

function conclude(
  image: string,
  findings: Findings,
  { refresh, dryRun }: Options,
  print: (line: string) => void,
): void {
  const words = printFindings(findings);
  if (words === '') return print(`${image} holds what its manifest tells`);
  const taken = dryRun ? 'would be in the manifest then' : 'are in the manifest now';
  print(`${image}: ${words}${refresh ? `; the edits ${taken}` : ''}`);
  if (findings.rotten > 0)
    print(
      'Rotten: nobody wrote to the file, and its content is another. Look at the disk, and take the file from a backup.',
    );
  if (!refresh && findings.edited + findings.added + findings.removed > 0)
    print(`To take edits into the manifest: systemimager verify ${image} --refresh`);
}

const help = `
A file is rotten if its content has changed, but its size, mtime and ctime have not: a damaged disk is the likely cause. Every other
change is an edit. --refresh makes a manifest for an image that has none. Rotten and edited files block no installation.

Exit codes: 0 no change (with --refresh: no rotten file), 1 edited files, 3 rotten files (and perhaps edited files), 2 verify could not compare the image.`;

/** Compares an image with its manifest. */
export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'compare the files of an image with its manifest, to find edited and rotten files',
  examples: ['verify web_v1', 'verify web_v1 --refresh', 'verify web_v1 --json'],
  declare(command, context) {
    command
      .argument('<image>', 'name of the image')
      .option('--refresh', 'record all edits in the manifest')
      .option('--json', 'print the result as JSON')
      .option('--dry-run', 'only compare: write no manifest, and record no result for lsimage')
      .addHelpText('after', help)
      .action((image: string, options: Options) => answerByExitCode(() => verify(context, image, options)));
  },
};
