import type { ImageFacts, RootNeeds } from '../../common/model/image-facts.ts';
import { type ServerAddress, serverAddress } from '../../common/model/server-address.ts';
import { type Settings, settingOf } from '../../common/model/settings.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import type { Step } from '../../common/system/step.ts';
import { transportOf } from '../transports/index.ts';
import { type Fetched, type FileRequest, rsyncFile } from '../transports/rsync-file.ts';
import { type ListedFile, rsyncList } from '../transports/rsync-list.ts';
import { rsync } from '../transports/rsync.ts';
import { fetchImageFacts } from './image-facts.ts';
import { type TreeRequest, treeParts } from './tree-parts.ts';

/**
 * The only way by which scripts, tables, overrides, images and facts on images come to a machine. A source on a medium instead of
 * a server would have the same members.
 */
export type ImageSource = {
  /** The address of the server, for people. */
  server: ServerAddress;
  /** Tries once to get a file. */
  file(io: Io, request: FileRequest, signal?: AbortSignal): Promise<Fetched>;
  /** The files of a folder; undefined if there is no such folder. ServerAway if the server may answer later. */
  list(io: ReadIo, folder: string): Promise<ListedFile[] | undefined>;
  /** Facts on an image below these mount points, and needs that its kernel does not meet. ServerAway: try again later. */
  facts(io: ReadIo, image: string, dirs: readonly string[], needs?: RootNeeds): Promise<ImageFacts>;
  /** Steps that bring a tree. */
  tree(request: TreeRequest): Step[];
};

/** The image server that the settings name. Its rsync daemon brings other folders, whichever transport brings images. */
export function imageSource(settings: Settings): ImageSource {
  const server = serverAddress(settings);
  const transport = transportOf(settings);
  return {
    server,
    file: (io, request, signal) => rsyncFile(io, server, request, signal),
    list: (io, folder) => rsyncList(io, server, folder),
    facts: (io, image, dirs, needs) => fetchImageFacts(io, server, image, dirs, needs),
    tree(request) {
      const by = 'image' in request ? transport : rsync;
      return treeParts(request, by).map((part) => by.tree(server, part));
    },
  };
}

/** The image server that the settings name; undefined if they name none. */
export const findSource = (settings: Settings): ImageSource | undefined =>
  settingOf(settings, 'IMAGESERVER') === undefined ? undefined : imageSource(settings);
