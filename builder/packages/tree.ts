import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import tar from 'tar-stream';
import { z } from 'zod';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { once } from '../cache.ts';
import { type BuildContext, runOrFail } from '../run.ts';
import { readAr } from './ar.ts';
import { mergeLink, mergeUsr } from './merged-usr.ts';

const TreeFile = z.union([
  z.object({ kind: z.literal('file'), mode: z.int() }),
  z.object({ kind: z.literal('link'), target: z.string() }),
  z.object({ kind: z.literal('dir'), mode: z.int() }),
]);

/** A file of an opened package. */
export type TreeFile = z.infer<typeof TreeFile>;

/** An opened package: its files by their path in BOEL, and the folder that holds their content. */
export type Tree = {
  name: string;
  files: ReadonlyMap<AbsPath, TreeFile>;
  root: AbsPath;
  /** The newest modification time in it, in seconds: a date that belongs to the content. */
  newestSeconds: number;
};

const Listing = z.object({ newestSeconds: z.int(), files: z.record(z.string(), TreeFile) });

const decompressors: Record<string, [string, ...string[]]> = {
  'data.tar.xz': ['xz', '-dc'],
  'data.tar.zst': ['zstd', '-dcq'],
  'data.tar.gz': ['gzip', '-dc'],
};

/** Opens a .deb below `cache` once, and gives its files. Nothing is installed. */
export async function openDeb(context: BuildContext, deb: AbsPath, cache: AbsPath): Promise<Tree> {
  const name = path.basename(deb, '.deb');
  const at = await once(under(cache, 'opened', name), (temporary) => unpack(context, deb, temporary));
  const listing = Listing.parse(JSON.parse(await fs.readFile(under(at, 'files.json'), 'utf8')));
  return {
    name: name.split('_')[0] ?? name,
    // tar ends a directory's name with a slash.
    files: new Map(
      Object.entries(listing.files).map(([where, file]) => [absPath(where.replace(/\/$/, '') || '/'), file]),
    ),
    root: under(at, 'files'),
    newestSeconds: listing.newestSeconds,
  };
}

async function unpack(context: BuildContext, deb: AbsPath, into: AbsPath): Promise<void> {
  await fs.mkdir(under(into, 'files'), { recursive: true });
  const packed = under(into, 'data.tar');
  await unpackData(context, deb, packed);
  const files: Record<string, TreeFile> = {};
  let newestSeconds = 0;
  const extract = tar.extract();
  const done = pipeline(createReadStream(packed), extract);
  for await (const entry of extract) {
    const { name, type, linkname, mode, mtime } = entry.header;
    const at = mergeUsr(name);
    const target = under(into, 'files', at);
    await fs.mkdir(path.dirname(target), { recursive: true });
    newestSeconds = Math.max(newestSeconds, Math.floor((mtime?.getTime() ?? 0) / 1000));
    if (type === 'symlink') files[at] = { kind: 'link', target: mergeLink(name, linkname ?? '') };
    else if (type === 'directory') files[at] = { kind: 'dir', mode: mode & 0o7777 };
    else if (type === 'link') {
      const first = mergeUsr(linkname ?? '');
      await fs.link(under(into, 'files', first), target);
      files[at] = files[first] ?? { kind: 'file', mode };
    } else if (type === 'file') {
      files[at] = { kind: 'file', mode: mode & 0o7777 };
      await pipeline(entry, createWriteStream(target));
      continue;
    }
    entry.resume();
  }
  await done;
  await fs.rm(packed);
  await fs.writeFile(under(into, 'files.json'), JSON.stringify({ newestSeconds, files }));
}

/** Writes the package's data.tar, decompressed, to `to`. */
async function unpackData(context: BuildContext, deb: AbsPath, to: AbsPath): Promise<void> {
  await using file = await fs.open(deb);
  const member = (await readAr(file, deb)).find((one) => one.name.startsWith('data.tar'));
  const argv = member && decompressors[member.name];
  if (!argv)
    throw new UserError(
      `${deb} holds no data.tar that is known`,
      `Known are ${Object.keys(decompressors).join(', ')}.`,
    );
  const bytes = Buffer.alloc(member.sizeBytes);
  await file.read(bytes, 0, member.sizeBytes, member.offset);
  await runOrFail(context, { argv, stdin: bytes, stdoutFile: to }, `Opening ${path.basename(deb)}`);
}

/** Files of a whole package that nobody needs while installing. */
const unneeded = /^\/usr\/share\/(doc|doc-base|man|info|locale|lintian|bug|menu|bash-completion|zsh)\//;

/** Every file of a package, for --add-package. */
export function wholePackage(tree: Tree): AbsPath[] {
  return [...tree.files].filter(([at, file]) => file.kind !== 'dir' && !unneeded.test(at)).map(([at]) => at);
}
