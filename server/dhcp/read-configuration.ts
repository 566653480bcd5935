import path from 'node:path';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import type { Configuration, DhcpKind, Included } from './kind.ts';

/** The configuration of a DHCP server, as it lies below `root`. */
export type ConfigurationFile = Configuration & {
  at: AbsPath;
  /** False if there is no such file yet. */
  isThere: boolean;
  mode: number;
  owner?: { uid: number; gid: number };
};

/** Everybody may read a configuration: some daemons read it as another user than root, and it holds no secrets. */
export const publicFile = 0o644;

/**
 * Reads files that a server includes, and the files that these include; `named` gathers all includes. A missing file is skipped,
 * because the server itself complains of it.
 */
async function readIncluded(
  context: Pick<CliContext, 'io' | 'root'>,
  kind: DhcpKind,
  included: readonly Included[],
  [seen, named]: [Set<string>, Included[]],
): Promise<Configuration[]> {
  const { io, root } = context;
  const found: Configuration[] = [];
  for (const one of included) {
    named.push(one);
    const { at, takes = () => true, translate } = one;
    const place = under(root, at);
    const names = (await io.list(place))?.filter(takes).map((name) => under(place, name));
    for (const file of names ?? [place]) {
      const facts = seen.has(file) ? undefined : await io.lstat(file);
      seen.add(file);
      const text = facts && facts.kind !== 'dir' ? await io.readText(file) : undefined;
      if (text === undefined) continue;
      const read = translate ? { file, text: translate(text), isTranslated: true } : { file, text };
      found.push(read, ...(await readIncluded(context, kind, kind.includes(read), [seen, named])));
    }
  }
  return found;
}

/**
 * Finds and reads the configuration: the typed `file`, else the first of the server's own places that exists. If the server
 * of this machine reads that file among others, the others belong to the configuration.
 */
export async function readConfiguration(
  context: Pick<CliContext, 'io' | 'root'>,
  kind: DhcpKind,
  file?: string,
): Promise<ConfigurationFile> {
  const found = await readAlone(context, kind, file);
  const [seen, named] = [new Set<string>([found.at]), [] as Included[]];
  const around = await readIncluded(context, kind, kind.first, [seen, named]);
  const isRead = named.some(({ at, takes }) => {
    const place = under(context.root, at);
    return place === found.at || (place === path.dirname(found.at) && takes?.(path.basename(found.at)));
  });
  const alone = isRead ? seen : new Set<string>([found.at]);
  const own = await readIncluded(context, kind, kind.includes(found), [alone, []]);
  return { ...found, isRead, others: isRead ? [...around, ...own] : own };
}

async function readAlone(
  { io, root }: Pick<CliContext, 'io' | 'root'>,
  kind: DhcpKind,
  file?: string,
): Promise<ConfigurationFile> {
  const places =
    file === undefined ? kind.configurations.map((one) => under(root, one)) : [absPath(path.resolve(file))];
  for (const at of places) {
    const facts = await io.lstat(at);
    if (facts?.kind === 'dir') throw new UserError(`${at} is a folder`, 'Name the file to write: --file.');
    const text = facts && (await io.readText(at));
    if (text === undefined) continue;
    const { mode, uid, gid } = facts?.kind === 'file' ? facts : { mode: publicFile, uid: 0, gid: 0 };
    return { at, file: at, text, isThere: true, mode: mode & 0o777, owner: { uid, gid } };
  }
  const [at = kind.configurations[0]] = places;
  return { at, file: at, text: '', isThere: false, mode: publicFile };
}
