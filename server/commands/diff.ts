import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { answerByExitCode } from '../../common/cli-exit.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { serverPaths } from '../config/paths.ts';
import { type Difference, differingFiles, differingPackages, printCounts, printDifference } from '../images/diff.ts';
import { imageDir } from '../images/facts.ts';
import { manifestFile } from '../images/manifest/file.ts';
import type { Hasher } from '../images/manifest/hasher.ts';
import { withHasher } from '../images/manifest/make.ts';
import { scanTree } from '../images/manifest/scan.ts';
import { readPackages } from '../images/packages/read.ts';

type Options = { files?: boolean; packages?: boolean; json?: boolean };
type Image = { name: string; at: AbsPath };

/** What the exit code says. */
const [same, differs, unknown] = [0, 1, 2];

async function packagesOf({ io, signal }: CliContext, [before, after]: readonly [Image, Image]) {
  const folder = absPath(await fs.mkdtemp(path.join(os.tmpdir(), 'systemimager-')));
  try {
    const read = async (image: Image) =>
      readPackages(io, image.at, under(folder, image === before ? 'before' : 'after'), signal);
    const [was, is] = [await read(before), await read(after)];
    const notes = [
      ...was.notes.map((note) => `${before.name}: ${note}`),
      ...is.notes.map((note) => `${after.name}: ${note}`),
    ];
    return { differences: differingPackages(was.packages, is.packages), notes };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Takes content from manifests, and reads only files that differ from their manifest. */
async function filesOf(
  context: CliContext,
  [before, after]: readonly [Image, Image],
  tell: (difference: Difference) => void,
): Promise<void> {
  const { io, root, signal } = context;
  const scan = async (hasher: Hasher, { name, at }: Image) => {
    const manifest = manifestFile(serverPaths(root), name);
    const isThere = (await io.lstat(manifest)) !== undefined;
    return scanTree({ io, at, hasher, signal, known: isThere ? { manifest } : undefined });
  };
  await withHasher(signal, async (hasher) => {
    for await (const some of differingFiles(await scan(hasher, before), await scan(hasher, after))) some.forEach(tell);
  });
}

async function diff(context: CliContext, a: string, b: string, options: Options): Promise<number> {
  const { io, root } = context;
  const paths = serverPaths(root);
  const [before, after] = [await imageDir(io, paths, a), await imageDir(io, paths, b)];
  const images = [
    { name: a, at: before.at },
    { name: b, at: after.at },
  ] as const;
  const print = options.json ? () => {} : (line: string) => context.print(line);
  const both = !options.files && !options.packages;
  const report: Record<string, unknown> = { before: a, after: b };
  let answer: number = same;
  if (both || options.packages) {
    const { differences, notes } = await packagesOf(context, images);
    const isKnown = differences.length > 0 || notes.length === 0;
    print(`packages of ${b} against ${a}: ${isKnown ? printCounts(differences) : 'not known'}`);
    if (!isKnown && options.packages && !options.files) answer = unknown;
    for (const note of notes) print(`  ${note}`);
    for (const one of differences) print(printDifference(one, true));
    if (differences.length > 0) answer = differs;
    Object.assign(report, { packages: differences, notes });
  }
  if (both || options.files) {
    const kinds: Pick<Difference, 'kind'>[] = [];
    const files: Difference[] = [];
    await filesOf(context, images, (one) => {
      kinds.push(kindOnly[one.kind]);
      if (options.json) files.push(one);
      print(printDifference(one, false));
    });
    print(`files of ${b} against ${a}: ${printCounts(kinds)}`);
    if (kinds.length > 0) answer = differs;
    report.files = files;
  }
  if (options.json) context.print(JSON.stringify(report, undefined, 2));
  return answer;
}

/** Shared, so that a million differences need no million objects. */
const kindOnly = { added: { kind: 'added' }, removed: { kind: 'removed' }, changed: { kind: 'changed' } } as const;

const help = `
A line begins with + (only in the second image), - (only in the first image) or ~ (different in both images, with the differences).
The times of directories are not compared.

Exit codes: 0 no difference, 1 differences, 2 diff could not compare the images.`;

/** Tells how two images differ. */
export const diffCommand: CliCommand = {
  name: 'diff',
  summary: 'show the differences between two images: files, and packages of dpkg or rpm',
  examples: ['diff web_v1 web_v2', 'diff web_v1 web_v2 --packages', 'diff web_v1 web_v2 --files --json'],
  declare(command, context) {
    command
      .argument('<before>', 'first image')
      .argument('<after>', 'second image')
      .option('--files', 'compare only files')
      .option('--packages', 'compare only packages')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', help)
      .action((a: string, b: string, options: Options) => answerByExitCode(() => diff(context, a, b, options)));
  },
};
