import { ImageName } from '../../../common/model/names.ts';
import { UserError } from '../../../common/system/errors.ts';
import { showName } from '../manifest/show-name.ts';
import type { TarEntry } from '../../../common/pack/tar-headers.ts';

/** What an archive holds, and in which folders. */
export type Contents = {
  /** The folder of the tree in the archive; '' if the archive's top is the tree. */
  tree: string;
  /** The folder with script and manifest that `export` puts beside the tree; undefined in an archive of another program. */
  beside?: string;
  entries: number;
  /** Access control lists are there only as text, with the names of users and groups of the machine that wrote the archive. */
  hasTextAcls: boolean;
};

/** The folder beside a tree. */
export const besideName = (image: string) => `${image}.systemimager`;

/** Regular, hard link, link, devices, directory, pipe, contiguous, sparse as old GNU tars write it. */
const known = /^[0-7S]$/;

const show = (name: string) =>
  JSON.stringify(showName(name.length > shownChars ? `${name.slice(0, shownChars)}...` : name));
const shownChars = 120;

const parts = (name: string) => name.split('/').filter((part) => part !== '' && part !== '.');

/** Looks at each entry before anything is unpacked: names stay in the tree, and lead through no link. */
export async function checkArchive(entries: AsyncIterable<TarEntry>, file: string): Promise<Contents> {
  const refuse = (entry: TarEntry, what: string) =>
    new UserError(
      `${file}: ${show(entry.name)} ${what}`,
      'An archive of an image holds no such entry; nothing has been changed.',
    );
  const links = new Set<string>();
  const tops = new Set<string>();
  let [count, dots, textAcls, binaryAcls] = [0, 0, false, false];
  for await (const entry of entries) {
    const { type, name, linkName, keywords } = entry;
    if (!known.test(type)) throw refuse(entry, `is of a kind that is not known here (${JSON.stringify(type)})`);
    for (const one of type === '1' ? [name, linkName] : [name]) {
      if (one === '' || one.includes('\0')) throw refuse(entry, 'has an empty name, or a NUL in it');
      if (one.startsWith('/')) throw refuse(entry, `leads out: ${show(one)} is absolute`);
      if (one.split('/').includes('..')) throw refuse(entry, `leads out by ..: ${show(one)}`);
    }
    const way = parts(name);
    if (way.length > 1 && way[0]?.endsWith(besideName('')) && !/^[07]$/.test(type))
      throw refuse(entry, 'is no plain file, as those are that lie beside an image');
    for (let depth = 1; depth < way.length; depth += 1)
      if (links.has(way.slice(0, depth).join('/')))
        throw refuse(entry, 'lies behind a link of the same archive, which could lead anywhere');
    if (type === '2' || (type === '1' && links.has(parts(linkName).join('/')))) links.add(way.join('/'));
    count += 1;
    if (way[0] === undefined || name.startsWith('./')) dots += 1;
    if (way[0] !== undefined) tops.add(way.length === 1 && type !== '5' ? `${way[0]}/` : way[0]);
    for (const keyword of keywords.keys()) {
      if (keyword.startsWith('SCHILY.acl.')) textAcls = true;
      if (keyword.startsWith('SCHILY.xattr.system.posix_acl_')) binaryAcls = true;
    }
  }
  if (count === 0) throw new UserError(`${file} holds no file`, 'Is this the right archive?');
  return { ...treeOf([...tops], dots > 0), entries: count, hasTextAcls: textAcls && !binaryAcls };
}

/** Names of files at the top end in a slash, so that they are not taken for a folder that holds the tree. */
function treeOf(tops: string[], hasDots: boolean): Pick<Contents, 'tree' | 'beside'> {
  const [first = '', second = ''] = tops.toSorted((a, b) => a.length - b.length);
  if (tops.length === 2 && second === besideName(first)) return { tree: first, beside: second };
  // The only folder has the name of an image, and the archive is not made by `tar -C TREE -c .`: the folder is the tree.
  if (tops.length === 1 && !hasDots && ImageName.safeParse(first).success) return { tree: first };
  return { tree: '' };
}
