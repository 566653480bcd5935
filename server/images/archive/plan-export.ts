import type { Argv } from '../../../common/system/io.ts';
import { type AbsPath, here } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';
import type { ServerPaths } from '../../config/paths.ts';
import type { ImageTies } from '../ties.ts';
import { besideName } from './check.ts';

/** The name of a manifest of the tree as it is now, which manifests/ holds while an export runs. */
export const exportManifest = (image: string) => `.${image}.export`;

/** Names in the folder beside the tree. */
export const besideFiles = { manifest: 'manifest', script: 'script', record: 'capture.json' } as const;

/** A header holds neither times that reading changes nor a process number, so that the same tree gives the same bytes. */
const repeatable = ['--sort=name', '--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f'] as const;

/**
 * GNU tar: names are bytes, extended attributes become SCHILY.xattr.*, holes stay holes. ACLs and capabilities are extended
 * attributes, in numbers; --acls would write ACLs with this machine's names of users.
 */
export const keepsAttributes = ['--numeric-owner', '--xattrs', '--xattrs-include=*'] as const;

/** How a tar is made whose frames become a pack. */
export const tarFlags = ['--format=posix', '--sparse', ...repeatable, ...keepsAttributes] as const;

export type ExportWish = {
  ties: Pick<ImageTies, 'name' | 'script' | 'manifests'>;
  /** The tar to write; undefined for standard output. */
  file?: AbsPath;
};

/** The command that makes a tar of an image: the tree as NAME/, and beside it NAME.systemimager/ with manifest, script and origin. */
export function packCommand(paths: ServerPaths, { ties, file }: ExportWish): Argv {
  const { name } = ties;
  const beside: [string, AbsPath, string][] = [
    [exportManifest(name), paths.manifests, besideFiles.manifest],
    ...(ties.manifests.includes('.capture.json')
      ? ([[`${name}.capture.json`, paths.manifests, besideFiles.record]] as [string, AbsPath, string][])
      : []),
    ...(ties.script === undefined
      ? []
      : ([[`${name}.master`, paths.scripts, besideFiles.script]] as [string, AbsPath, string][])),
  ];
  const renamed = beside.map(([from, , to]) => `s,^${from.replaceAll('.', '\\.')}$,${besideName(name)}/${to},`);
  return [
    'tar',
    '--create',
    `--file=${file ?? '-'}`,
    ...tarFlags,
    // Changes only names, and no targets of links (r regular, S no targets of links, H none of hard links).
    `--transform=flags=rSH;${renamed.join(';')}`,
    ...beside.flatMap(([from, folder]) => ['-C', folder, from]),
    '-C',
    paths.images,
    name,
  ];
}

/** An export holds password hashes and host keys. */
export const exportMode = 0o600;

/** Packs an image into a tar, which appears whole or not at all. `growing` is a name beside it that nobody else has. */
export function planExport(paths: ServerPaths, wish: ExportWish & { file: AbsPath }, growing: AbsPath): Step[] {
  return [
    {
      why: 'Begin the file, readable only for its owner',
      kind: 'write',
      at: here(growing),
      content: '',
      mode: exportMode,
    },
    { why: `Pack ${wish.ties.name}`, kind: 'run', argv: packCommand(paths, { ...wish, file: growing }) },
    { why: 'Give the finished file its name', kind: 'rename', from: here(growing), to: here(wish.file) },
  ];
}
