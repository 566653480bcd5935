import { offlineFolder, overridesPack } from '../../common/model/medium.ts';
import { framesBelow, openPack, type Pack, sumsOfPack } from '../../common/pack/open-pack.ts';
import { readHeaders } from '../../common/pack/tar-headers.ts';
import { UserError } from '../../common/system/errors.ts';
import { readFrames } from '../../common/system/frames.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { textOf } from '../../common/system/text.ts';
import { startFacts } from '../initramfs/start-facts.ts';
import { medium } from '../transports/medium.ts';
import { folderPlace } from '../transports/rsync-daemon.ts';
import type { ListedFile } from '../transports/rsync-list.ts';
import { rsync, rsyncTree } from '../transports/rsync.ts';
import type { ImageSource } from './source.ts';
import { type TreeRequest, treeParts } from './tree-parts.ts';

/** Where an override lies on the target until its files are at their places. */
const stage: AbsPath = '/.boel-override';

const isOverride = (folder: string) => folder.startsWith('overrides/');

/** The medium that is mounted at `mounted` as a source: its files are those of an image server, and its images are packs. */
export async function openMedium(io: ReadIo, mounted: AbsPath): Promise<ImageSource> {
  const top = under(mounted, offlineFolder);
  const packs = new Map<string, Pack>();
  for (const name of (await io.list(under(top, 'images'))) ?? []) {
    const pack = name.endsWith('.pack') ? await openPack(io, under(top, 'images', name)) : undefined;
    if (pack?.index.image) packs.set(pack.index.image.name, pack);
  }
  if (packs.size === 0)
    throw new UserError(
      `there is no image in ${top}/images`,
      'Is the medium still in its drive? Then make the medium again, with --image NAME.',
    );
  const overrides = await openPack(io, under(top, overridesPack));
  const images = [...packs.keys()].sort();
  const packOf = (image: string): Pack => {
    const pack = packs.get(image);
    if (pack) return pack;
    throw new UserError(
      `there is no image ${image} on the medium, which holds ${images.join(', ')}`,
      'Choose another image (IMAGENAME, or another script), or make the medium with this image.',
    );
  };
  return {
    name: 'the medium',
    images,
    async file(_, { path }) {
      return { bytes: await io.read({ root: top, path: under('/', path) }) };
    },
    list: (_, folder) => (isOverride(folder) ? listPack(io, overrides, folder) : listFolder(io, under(top, folder))),
    async facts(_, image, dirs, needs = { devices: [], types: [] }) {
      const pack = packOf(image);
      const sums = await sumsOfPack(io, pack, [...new Set(['/', ...dirs])]);
      return {
        name: image,
        bytes: 0,
        inodes: 0,
        mounts: [],
        splitLinks: [],
        ...sums,
        ...startFacts(pack.index.image?.start ?? {}, needs),
      };
    },
    tree(request) {
      if ('image' in request) {
        const pack = packOf(request.image);
        return treeParts(request, medium).map((part) => medium.tree(pack, part));
      }
      if (isOverride(request.folder)) return overrides ? overrideTree(overrides, request) : [];
      return treeParts(request, rsync).map((part) => rsyncTree(folderPlace(top), part));
    },
  };
}

/** The files of a folder and of those below it. */
async function listFolder(io: ReadIo, folder: AbsPath, prefix = ''): Promise<ListedFile[] | undefined> {
  const names = await io.list(under(folder, prefix));
  if (!names) return undefined;
  const found: ListedFile[] = [];
  for (const name of names) {
    const path = `${prefix}${name}`;
    const kind = (await io.lstat(under(folder, path)))?.kind;
    found.push({ kind: kind === 'file' || kind === 'dir' || kind === 'link' ? kind : 'other', path });
    if (kind === 'dir') found.push(...((await listFolder(io, folder, `${path}/`)) ?? []));
  }
  return found;
}

const kinds: Record<string, ListedFile['kind']> = { '0': 'file', '1': 'file', '2': 'link', '5': 'dir', '7': 'file' };

/** The files of a folder in a pack. */
async function listPack(io: ReadIo, pack: Pack | undefined, folder: string): Promise<ListedFile[] | undefined> {
  if (!pack) return undefined;
  const tar = async function* () {
    yield* readFrames(io, framesBelow(pack, folder));
    // The end of a tar (tar(5)).
    yield Buffer.alloc(1024);
  };
  const found: ListedFile[] = [];
  let isThere = false;
  for await (const { type, name } of readHeaders(tar(), pack.file)) {
    if (!`${name}/`.startsWith(`${folder}/`)) continue;
    isThere = true;
    const path = name.slice(folder.length + 1).replace(/\/$/, '');
    if (path !== '') found.push({ kind: kinds[type] ?? 'other', path: textOf(Buffer.from(path, 'latin1')) });
  }
  return isThere ? found : undefined;
}

/** Unpacks an override on the target, whose filesystem keeps all that the tree needs, and brings its files to their places from there. */
function overrideTree(pack: Pack, request: TreeRequest & { folder: string }): Step[] {
  const { root, folder } = request;
  const at = under(root, stage);
  const part = { why: `Unpack ${folder}`, from: folder, root: at, withoutDirs: [], withoutNames: [] };
  const remove: Step = { why: 'Remove the unpacked override', kind: 'remove', at: { root, path: stage } };
  return [
    remove,
    { why: 'Make room for the override', kind: 'mkdir', at: { root, path: stage }, mode: 0o700 },
    medium.tree(pack, { ...part, manner: 'whole' }),
    ...treeParts(request, rsync).map((one) => rsyncTree({ at: () => `${at}/`, options: [] }, one)),
    remove,
  ];
}
