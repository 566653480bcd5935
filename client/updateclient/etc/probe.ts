import { rsyncUrl, type ServerAddress } from '../../../common/model/server-address.ts';
import { UserError } from '../../../common/system/errors.ts';
import type { Io } from '../../../common/system/io.ts';
import { type AbsPath, under } from '../../../common/system/place.ts';
import { programFailed } from '../../../common/system/steps/run.ts';
import { quick } from '../../../install/transports/rsync-daemon.ts';
import type { Change, Layer } from '../plan.ts';
import type { Wish } from '../probe.ts';
import { type AccountFile, accountFiles } from './accounts.ts';
import { type EtcBase, type EtcTree, readBase, readEntry, readEtc } from './base.ts';
import { isEtc } from './merge.ts';

/** The image’s files of /etc that differ lie here until the update has ended. */
export const stage: AbsPath = '/run/systemimager/etc-image';
const before: AbsPath = '/run/systemimager/etc-before';

/** Owners as numbers, hard links, and nothing that a tmpfs cannot hold. */
const plain = ['-aH', '--numeric-ids'];

/** The three sides of the merge, and the texts of passwd(5) and its like on each side. */
export type EtcSides = {
  here: EtcTree;
  image: EtcTree;
  base: EtcBase | undefined;
  accounts: Record<AccountFile, { here: string | undefined; image: string | undefined }>;
};

const folderOf = ({ tree }: Layer) => ('image' in tree ? tree.image : tree.folder);

/** Brings the image’s files of /etc that differ to {@link stage}. */
async function bringStage(io: Io, server: ServerAddress, layers: readonly Layer[], changes: readonly Change[]) {
  await io.remove(stage);
  await io.mkdir(stage, { mode: 0o700 });
  for (const [at, layer] of layers.entries()) {
    const names = changes.filter((one) => one.layer === at && one.reason !== 'deleted').map(({ path }) => `${path}\0`);
    if (names.length === 0) continue;
    const list = ['--from0', '--files-from=-', '--no-implied-dirs'];
    const argv = ['rsync', ...plain, ...list, ...quick, rsyncUrl(server, `${folderOf(layer)}/`), `${stage}/`] as const;
    const exit = await io.run({ argv, stdin: names.join('') });
    if (exit.code !== 0) throw programFailed(exit, 'Fetch the files of /etc that differ', 'Nothing was changed.');
  }
}

/** /etc of an image of the server; undefined if the server does not have the image any more. */
async function fetchBase(io: Io, server: ServerAddress, image: string): Promise<EtcBase | undefined> {
  await io.remove(before);
  await io.mkdir(under(before, 'etc'), { mode: 0o700 });
  const exit = await io.run({
    argv: ['rsync', ...plain, ...quick, rsyncUrl(server, `${image}/etc/`), `${before}/etc/`],
  });
  if (exit.code !== 0 && !/@ERROR: Unknown module/i.test(exit.stderr))
    throw programFailed(exit, `Fetch /etc of ${image}, the image that this machine has`, 'Nothing was changed.');
  const base =
    exit.code === 0 ? { tree: await readEtc(io, before), accounts: await readAccounts(io, before) } : undefined;
  await io.remove(before);
  return base;
}

async function readAccounts(io: Io, root: AbsPath): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const file of Object.keys(accountFiles)) {
    const text = await io.readText({ root, path: under('/', file) });
    if (text !== undefined) texts[file] = text;
  }
  return texts;
}

/** Reads the three sides of /etc. `lastImage`: the version that the machine has, if an update or an installation wrote it down. */
export async function probeEtc(
  io: Io,
  { server, directory }: Wish,
  {
    layers,
    changes,
    lastImage,
  }: { layers: readonly Layer[]; changes: readonly Change[]; lastImage: string | undefined },
): Promise<EtcSides> {
  const differing = changes.filter(isEtc);
  await bringStage(io, server, layers, differing);
  const base =
    (await readBase(io, directory)) ?? (lastImage === undefined ? undefined : await fetchBase(io, server, lastImage));
  const image: EtcTree = new Map();
  for (const { path, reason } of differing) {
    const entry = reason === 'deleted' ? undefined : await readEntry(io, stage, path);
    if (entry) image.set(path, entry);
    else if (reason !== 'deleted')
      throw new UserError(
        `the image server did not give /${path}; nothing was changed`,
        'Update again: the image may have changed meanwhile.',
      );
  }
  const [ours, theirs] = [await readAccounts(io, directory), await readAccounts(io, stage)];
  const differs = new Set(differing.map(({ path }) => path));
  const accounts = Object.fromEntries(
    Object.keys(accountFiles).map((file) => [
      file,
      { here: ours[file], image: differs.has(file) ? theirs[file] : ours[file] },
    ]),
  ) as EtcSides['accounts'];
  return { here: await readEtc(io, directory), image, base, accounts };
}
