import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, absPath, under } from '../../common/system/place.ts';

/**
 * The content of a file that exists only to be mounted over. The file has no effect by itself: policy-rc.d counts only if it
 * can be executed.
 */
export const placeholder = '# systemimager chroot shows a file of its own here while it runs.\n';

/** Where an image has, or lacks, the files that are lent to it. */
export type ChrootFacts = {
  /** The image's tree. */
  tree: AbsPath;
  /** A folder of this server, for the files that are shown in it. */
  lent: AbsPath;
  /** This machine's resolv.conf. */
  resolvText: string;
  /** Where the image's resolv.conf is, links followed: ours is mounted there, or written there if that is in the empty /run. */
  resolv: { kind: 'shown' | 'written'; path: AbsPath } | undefined;
  /** Where Debian's policy-rc.d belongs; undefined in an image that has no such folder. */
  policyAt: AbsPath | undefined;
  /** Those of the two files that the image lacks: placeholders to mount over are made meanwhile. */
  missing: AbsPath[];
};

const resolvConf: AbsPath = '/etc/resolv.conf';
const policyRc: AbsPath = '/usr/sbin/policy-rc.d';

/** Looks at the files to lend. A placeholder that an earlier run left counts as a missing file. */
export async function readChrootFacts(io: ReadIo, tree: AbsPath, lent: AbsPath): Promise<ChrootFacts> {
  const image = inside(io, tree);
  const missing: AbsPath[] = [];
  /** The path in the tree; undefined if its folder is missing. */
  const look = async (at: AbsPath): Promise<AbsPath | undefined> => {
    const real = absPath((await image.real(at)).slice(tree.length) || '/');
    if (real.startsWith('/run/')) return real;
    if ((await image.lstat(under(real, '..')))?.kind !== 'dir') return undefined;
    const text = await image.readText(real);
    if (text === undefined || text === placeholder) missing.push(real);
    return real;
  };
  const resolvAt = await look(resolvConf);
  const policyAt = await look(policyRc);
  return {
    tree,
    lent,
    resolvText: (await io.readText(resolvConf)) ?? '',
    resolv:
      resolvAt === undefined ? undefined : { kind: resolvAt.startsWith('/run/') ? 'written' : 'shown', path: resolvAt },
    policyAt,
    missing,
  };
}

/** The files in the image that still hold our placeholder. */
export async function leftPlaceholders(io: ReadIo, { tree, missing }: ChrootFacts): Promise<AbsPath[]> {
  const image = inside(io, tree);
  const left: AbsPath[] = [];
  for (const at of missing) if ((await image.readText(at)) === placeholder) left.push(at);
  return left;
}
